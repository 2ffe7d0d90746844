import { isBlankText } from '@pellucid/conditions';
import { firstLineOf, type WriteParticipant } from '@pellucid/platform/records';

const blank = (value: unknown) => value === null || value === undefined || isBlankText(String(value));

/** Names notes without a title after the first line of their text, for as long as nobody gives them one. */
export const titleParticipant: WriteParticipant = {
  name: 'notes.title',
  objects: ['note'],
  phase: 'derivations',
  order: 100,
  run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    // An undo brings back both.
    if (batch.mode === 'undo') return;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      const { title, body } = row.after;
      const isGiven =
        row.asked.has('title') && !blank(title) && (row.before === null || row.changed('title'));
      const isDerived = !isGiven && (blank(title) || row.before?.state['titleFromText'] === true);
      row.set('titleFromText', isDerived, 'derived:notes');
      if (isDerived) row.set('title', firstLineOf(String(body ?? '')) || null, 'derived:notes');
    }
  },
};
