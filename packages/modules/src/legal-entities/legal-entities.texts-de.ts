import type { ObjectTexts } from '@pellucid/platform/records';

/** Legal entities in German. */
export const legalEntityTextsDe: ObjectTexts = {
  label: 'Gesellschaft',
  pluralLabel: 'Gesellschaften',
  fields: {
    name: 'Name',
    registrationNumber: 'Registernummer',
    country: 'Land',
    currency: 'Währung',
  },
  help: {
    currency:
      'Die Währung, in der sie abrechnet. Ihre neuen Deals beginnen mit ihr. Wenn leer, die Basiswährung.',
  },
  uniques: { name: 'Eine andere Gesellschaft heißt schon so.' },
};
