import { useLocalStorage } from '@mantine/hooks';
import type { Stage } from './api/pipelines';

/**
 * Which columns are collapsed: closed stages unless opened, open stages if the user collapsed them. Stored in this
 * browser.
 */
export function useCollapsedStages(pipelineId: string) {
  const [chosen, setChosen] = useLocalStorage<Record<string, boolean>>({
    key: `pellucid-board/${pipelineId}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const isCollapsed = (stage: Stage) => chosen[stage.id] ?? stage.category !== 'open';
  return {
    isCollapsed,
    toggle: (stage: Stage) => setChosen((current) => ({ ...current, [stage.id]: !isCollapsed(stage) })),
  };
}
