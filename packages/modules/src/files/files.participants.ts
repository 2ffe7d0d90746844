import type { RecordReader, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { removeContents } from './files.repository.js';
import { type RecordLink, unchangeable } from './record-links.js';

/** Returns what takes part in writes of files. */
export function fileParticipants(reader: RecordReader): WriteParticipant[] {
  return [
    {
      name: 'files.about',
      objects: ['file'],
      phase: 'checks',
      order: 100,
      async run(batch) {
        if (!isAsked(batch)) return;
        const added = new Map(batch.rows.filter((row) => row.ok).map((row) => [row, addedTo(row)]));
        const refused = await unchangeable(reader, [...added.values()].flat());
        const keys = new Set(refused.map(keyOf));
        for (const [row, links] of added)
          if (links.some((link) => keys.has(keyOf(link))))
            row.refuse(
              'about',
              'recordNotChangeable',
              "Your roles don't let you change one of these records, so you can't add files to it.",
            );
      },
    },
    {
      name: 'files.erased-content',
      objects: ['file'],
      phase: 'effects',
      order: 100,
      statements: (batch, written) =>
        batch.verb === 'erased' && written.length
          ? [
              removeContents('tenant_id = $1 and file_id = any($2::uuid[])', [
                batch.uow.tenantId,
                written.map(({ id }) => id),
              ]),
            ]
          : [],
    },
  ];
}

/** Whether somebody asks for it by editing. Undoing and merging put back or move what was allowed before. */
const isAsked = ({ asks, mode, operation, cascaded }: WriteBatch) =>
  asks === 'caller' &&
  !cascaded &&
  (mode === 'normal' || mode === 'import') &&
  (operation === 'create' || operation === 'update');

const keyOf = ({ object, id }: RecordLink) => `${object}/${id}`;

/** Returns the links that a write adds. */
function addedTo(row: WriteRow): RecordLink[] {
  if (!row.changed('about')) return [];
  const before = new Set((row.before?.state['about'] as string[] | null | undefined) ?? []);
  const after = (row.after['about'] as string[] | null) ?? [];
  return after
    .filter((key) => !before.has(key))
    .map((key) => {
      const [object, id] = key.split('/') as [string, string];
      return { object, id };
    });
}
