import type { ObjectTexts } from '@pellucid/platform/records';

/** Comments in German. */
export const commentTextsDe: ObjectTexts = {
  label: 'Kommentar',
  pluralLabel: 'Kommentare',
  verbs: { resolve: 'Als erledigt markieren', reopen: 'Wieder öffnen' },
  fields: {
    about: 'Bezieht sich auf',
    body: 'Text',
    parent: 'Antwort auf',
    resolved: 'Erledigt',
    resolvedAt: 'Erledigt am',
    resolvedBy: 'Erledigt von',
    editedAt: 'Bearbeitet am',
    mentions: 'Erwähnungen',
    thumbsUp: 'Daumen hoch',
    heart: 'Herz',
    party: 'Feier',
    laugh: 'Lachen',
    eyes: 'Augen',
    checkMark: 'Häkchen',
  },
  help: {
    parent: 'Der erste Kommentar des Gesprächs. Antworten beziehen sich auf dieselben Datensätze.',
    resolved: 'Ob das Gespräch erledigt ist. Nur sein erster Kommentar sagt das.',
    editedAt: 'Wann der Text zuletzt vom Verfasser geändert wurde.',
    mentions: 'Personen, die der Text erwähnt.',
    thumbsUp: 'Personen, die mit 👍 reagiert haben.',
    heart: 'Personen, die mit ❤️ reagiert haben.',
    party: 'Personen, die mit 🎉 reagiert haben.',
    laugh: 'Personen, die mit 😄 reagiert haben.',
    eyes: 'Personen, die mit 👀 reagiert haben.',
    checkMark: 'Personen, die mit ✅ reagiert haben.',
  },
};
