import { IconTimeline } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { knownObject } from '@/records/api/describe-objects';
import { fieldOf, mayBulk, mayCreate, type ObjectDescription } from '@/records/object-description';
import { aboutPanel } from '@/records/record/about-panel';
import { StartSelection } from './start-selection';

const RunsPanel = lazyPart('sequences', () => import('./runs-panel'));
const StepsPanel = lazyPart('sequences', () => import('./steps-panel'));

/** Whether sequences can be started for records of an object. @param isMany whether for many at once */
function canStart(object: ObjectDescription, isMany = false): boolean {
  const run = knownObject('sequenceRun');
  const about = run && fieldOf(run, 'about');
  if (!run || !mayCreate(run) || (isMany && !mayBulk(run))) return false;
  return (
    Boolean(about && !about.readOnly && about.linksTo?.includes(object.key)) && object.key !== 'sequence'
  );
}

/** Sequences of tasks, calls and meetings: their steps, and what runs for a record. */
const feature: FeatureDefinition = {
  recordPanels: (object) =>
    object.key === 'sequence' || object.key === 'sequenceRun'
      ? [{ key: 'steps', labelKey: 'entries:sequences.steps', Panel: StepsPanel }]
      : aboutPanel('sequenceRun', 'sequences', RunsPanel)(object),
  recordMenu: (object) =>
    canStart(object)
      ? [
          {
            key: 'start-sequence',
            labelKey: 'entries:sequences.start',
            icon: IconTimeline,
            to: (record) => ({ to: `${object.path}/${record.id}`, search: { tab: 'sequences' } }),
          },
        ]
      : [],
  selectionActions: (object) => (canStart(object, true) ? [StartSelection] : []),
};

export default feature;
