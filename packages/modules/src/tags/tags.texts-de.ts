import type { ObjectTexts } from '@pellucid/platform/records';

/** Tags in German. */
export const tagTextsDe: ObjectTexts = {
  label: 'Tag',
  pluralLabel: 'Tags',
  fields: {
    name: 'Name',
    color: 'Farbe',
  },
  options: {
    color: {
      gray: 'Grau',
      red: 'Rot',
      orange: 'Orange',
      yellow: 'Gelb',
      green: 'Grün',
      teal: 'Türkis',
      blue: 'Blau',
      violet: 'Violett',
      pink: 'Rosa',
    },
  },
  uniques: { name: 'Ein anderer Tag heißt schon so.' },
};
