import type { ObjectTexts } from '@pellucid/platform/records';

/** Legal entities in German. */
export const legalEntityTextsDe: ObjectTexts = {
  label: 'Gesellschaft',
  pluralLabel: 'Gesellschaften',
  fields: {
    name: 'Name',
    registrationNumber: 'Registernummer',
    country: 'Land',
  },
};
