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
    isDefault: 'Neue Deals nutzen diese Pipeline, wenn keine andere gewählt ist.',
  },
  uniques: {
    name: 'Eine andere Pipeline heißt schon so.',
    isDefault: 'Gerade wurde eine andere Pipeline zum Standard. Versuchen Sie es erneut.',
  },
};
