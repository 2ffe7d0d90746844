import type { ObjectTexts } from '@pellucid/platform/records';

/** Teams in German. */
export const teamTextsDe: ObjectTexts = {
  label: 'Team',
  pluralLabel: 'Teams',
  fields: {
    name: 'Name',
    parent: 'Übergeordnetes Team',
    manager: 'Leitung',
    description: 'Beschreibung',
  },
  uniques: { name: 'Ein anderes Team heißt schon so.' },
};
