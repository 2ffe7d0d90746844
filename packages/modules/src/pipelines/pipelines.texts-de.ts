import type { ObjectTexts } from '@pellucid/platform/records';

/** Pipelines in German. */
export const pipelineTextsDe: ObjectTexts = {
  label: 'Pipeline',
  pluralLabel: 'Pipelines',
  fields: {
    name: 'Name',
    isDefault: 'Standard',
    position: 'Position',
    description: 'Beschreibung',
  },
  help: {
    isDefault: 'Die Pipeline für Deals, die keine nennen. Eine neue Standard-Pipeline ersetzt die bisherige.',
  },
};
