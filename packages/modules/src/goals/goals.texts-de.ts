import type { ObjectTexts } from '@pellucid/platform/records';

/** Goals in German. */
export const goalTextsDe: ObjectTexts = {
  label: 'Ziel',
  pluralLabel: 'Ziele',
  fields: {
    name: 'Name',
    team: 'Team',
    metric: 'Zählt',
    activityKinds: 'Arten von Aktivitäten',
    target: 'Zielwert',
    period: 'Zeitraum',
    startsOn: 'Ab',
    endsOn: 'Bis',
  },
  help: {
    name: 'Wenn leer, was es zählt.',
    team: 'Für das Ziel eines Teams. Wenn leer, gilt es für den Zuständigen.',
    activityKinds: 'Wenn leer, alle.',
    target: 'Je Zeitraum; Umsatz in der Basiswährung.',
    period: 'Quartale sind die des Geschäftsjahrs.',
    startsOn: 'Es gilt für den Zeitraum dieses Tages und für jeden danach.',
    endsOn: 'Es gilt bis zum Zeitraum dieses Tages. Wenn leer, ohne Ende.',
  },
  options: {
    metric: {
      wonAmount: 'Gewonnener Umsatz',
      wonDeals: 'Gewonnene Deals',
      activities: 'Erledigte Aktivitäten',
      newLeads: 'Neue Leads',
    },
    activityKinds: { task: 'Aufgaben', call: 'Anrufe', meeting: 'Termine', emailLog: 'Notierte E-Mails' },
    period: { month: 'Monat', quarter: 'Quartal' },
  },
};
