import { linkKey, linkOf } from '@pellucid/conditions';
import { mentionedIn } from '@pellucid/conditions/rich-text';
import {
  documentOf,
  namesOf,
  type RecordService,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';

const MEMBER = 'member';
const idsIn = (body: unknown) => (typeof body === 'string' ? mentionedIn(documentOf(body)) : []);
const heldBy = (row: WriteRow) =>
  ((row.before?.state['mentions'] as string[] | undefined) ?? []).map((key) => linkOf(key).id);

/**
 * Derives the people whom the texts of an object's records mention. Whoever writes can only mention people whom they see:
 * anybody else gets the answer that an ID of nobody gets.
 * @param objects keys of objects with the fields `body` and `mentions`
 */
export function mentionsParticipant(records: RecordService, objects: string[]): WriteParticipant {
  return {
    name: `${objects[0]}.mentions`,
    objects,
    phase: 'derivations',
    order: 100,
    async run(batch) {
      if (batch.operation !== 'create' && batch.operation !== 'update') return;
      const rows = batch.rows.filter((row) => row.ok && row.changed('body'));
      const seen = await seenBy(records, batch, rows);
      for (const row of rows) {
        const held = heldBy(row);
        const mentioned = idsIn(row.after['body']);
        const known = mentioned.filter((id) => seen.has(id) || held.includes(id));
        // An undo brings a text back as it was, even if it mentions people who are gone.
        if (known.length < mentioned.length && batch.mode !== 'undo')
          row.refuse(
            'body',
            'mentionMissing',
            "The text mentions a person who doesn't exist or whom you can't see. Remove the mention.",
          );
        row.set(
          'mentions',
          known.map((id) => linkKey({ object: MEMBER, id })),
          'derived:notes',
        );
      }
    },
  };
}

/** Returns those of the newly mentioned people whom the writer sees: one round trip, and none if nobody is new. */
async function seenBy(records: RecordService, batch: WriteBatch, rows: WriteRow[]): Promise<Set<string>> {
  const ids = new Set(
    rows.flatMap((row) => {
      const held = heldBy(row);
      return idsIn(row.after['body']).filter((id) => !held.includes(id));
    }),
  );
  if (!ids.size) return new Set();
  const context = await records.reader.contextFor(MEMBER);
  const [found] = await batch.uow.together([namesOf(MEMBER, [...ids], context)]);
  return new Set(found!.map(({ id }) => id as string));
}
