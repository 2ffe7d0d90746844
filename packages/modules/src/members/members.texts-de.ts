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
    status: 'Wird durch Einladungen und die Administration gesetzt.',
    legalEntities: 'Weitere Gesellschaften, die beim Umfang „Gesellschaft“ zählen.',
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
  uniques: { email: 'Eine andere Person hat schon diese E-Mail-Adresse.' },
};
