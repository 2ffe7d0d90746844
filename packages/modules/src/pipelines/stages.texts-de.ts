import type { ObjectTexts } from '@pellucid/platform/records';

/** Stages in German. */
export const stageTextsDe: ObjectTexts = {
  label: 'Phase',
  pluralLabel: 'Phasen',
  fields: {
    pipeline: 'Pipeline',
    name: 'Name',
    position: 'Position',
    category: 'Kategorie',
    probability: 'Wahrscheinlichkeit (%)',
    forecastCategory: 'Forecast-Kategorie',
    stuckAfterDays: 'Überfällig nach (Tagen)',
    requiredFields: 'Pflichtfelder',
  },
  help: {
    probability: 'Standard für Deals in dieser Phase. Gewonnen ist immer 100, verloren immer 0.',
    stuckAfterDays:
      'Wie lange Deals üblicherweise in dieser Phase bleiben. Danach gelten sie als gefährdet. Wenn leer, nie.',
    requiredFields: 'Felder, die ein Deal für diese Phase braucht.',
  },
  options: {
    category: {
      open: 'Offen',
      won: 'Gewonnen',
      lost: 'Verloren',
    },
    forecastCategory: {
      Pipeline: 'Pipeline',
      'Best case': 'Bestenfalls',
      Commit: 'Zugesagt',
      Closed: 'Abgeschlossen',
      Omitted: 'Nicht im Forecast',
    },
    requiredFields: {
      account: 'Account',
      amount: 'Betrag',
      closeDate: 'Abschlussdatum',
      closeReason: 'Abschlussgrund',
      contact: 'Kontakt',
      description: 'Beschreibung',
      engageDate: 'Erstkontakt',
      nextStep: 'Nächster Schritt',
      owner: 'Zuständig',
      product: 'Produkt',
      source: 'Quelle',
      type: 'Art',
    },
  },
  uniques: { name: 'Eine andere Phase dieser Pipeline heißt schon so.' },
};
