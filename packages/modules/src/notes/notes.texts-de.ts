import type { ObjectTexts } from '@pellucid/platform/records';

/** Notes in German. */
export const noteTextsDe: ObjectTexts = {
  label: 'Notiz',
  pluralLabel: 'Notizen',
  fields: {
    title: 'Titel',
    titleFromText: 'Titel aus dem Text',
    about: 'Bezieht sich auf',
    body: 'Text',
    pinned: 'Angeheftet',
    mentions: 'Erwähnungen',
  },
  help: {
    title: 'Ohne Titel heißt die Notiz nach der ersten Zeile ihres Textes.',
    titleFromText:
      'Ob der Titel die erste Zeile des Textes ist. Geben Sie einen eigenen Titel ein, oder leeren Sie ihn, um wieder den Text zu verwenden.',
    pinned: 'Angeheftete Notizen stehen auf den Seiten der Datensätze, um die es geht, zuerst.',
    mentions: 'Personen, die der Text erwähnt.',
  },
};
