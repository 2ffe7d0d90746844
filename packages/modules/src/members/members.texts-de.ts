import type { ObjectTexts } from '@pellucid/platform/records';

/** People in German. */
export const memberTextsDe: ObjectTexts = {
  label: 'Person',
  pluralLabel: 'Personen',
  fields: {
    name: 'Name',
    email: 'E-Mail',
    team: 'Team',
    manager: 'Vorgesetzte Person',
    status: 'Status',
    legalEntities: 'Gesellschaften',
  },
  help: {
    status: 'Ergibt sich aus Einladungen und aus Änderungen der Administration.',
    legalEntities:
      'Weitere Gesellschaften, deren Datensätze mit der Reichweite „Gesellschaft“ zu dieser Person zählen.',
  },
  options: {
    status: {
      active: 'Aktiv',
      invited: 'Eingeladen',
      inactive: 'Inaktiv',
      external: 'Ohne Zugang',
    },
  },
  sections: {
    Ownership: 'Zuständigkeit',
  },
};
