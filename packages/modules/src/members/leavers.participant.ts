import type { UnitOfWork } from '@pellucid/platform/db';
import type { WriteBatch, WriteParticipant } from '@pellucid/platform/records';

/** Those of the people who were deactivated. */
export async function leaversAmong(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const rows = await uow.run<{ id: string }>({
    text: `select id from member where id = any($1::uuid[]) and status = 'inactive'`,
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/**
 * Nobody gives anything to somebody who left: a deactivated person becomes no owner, no manager, and no value of any other
 * field that names people. What they have they keep until it is handed on, and records come back from deletion with it.
 */
export const leaversParticipant: WriteParticipant = {
  name: 'members.leavers',
  objects: '*',
  order: 100,
  async beforeSave(batch) {
    if (batch.system || batch.cascaded || batch.mode === 'undo') return;
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    const given = newPeople(batch).filter(({ id }) => batch.snapshot.members.get(id)?.status !== 'active');
    const left = await leaversAmong(batch.uow, [...new Set(given.map(({ id }) => id))]);
    for (const { row, field, id } of given)
      if (left.has(id))
        row.refuse(
          field.key,
          'personLeft',
          `"${field.label}": this person is deactivated. Choose someone else.`,
        );
  },
};

/** People whom rows name anew. */
function newPeople({ descriptor, rows }: WriteBatch) {
  const fields = descriptor.fields.filter((f) => f.references === 'member' && !f.readOnly);
  return rows.flatMap((row) =>
    fields.flatMap((field) => {
      if (!row.ok || !row.changed(field.key)) return [];
      const before = [row.before?.state[field.key] ?? []].flat();
      const after = [row.after[field.key] ?? []].flat() as string[];
      return after.filter((id) => !before.includes(id)).map((id) => ({ row, field, id }));
    }),
  );
}
