import type { UnitOfWork } from '@pellucid/platform/db';
import type { WriteBatch, WriteParticipant } from '@pellucid/platform/records';

/** Returns which of the people were deactivated. */
export async function leaversAmong(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const rows = await uow.run<{ id: string }>({
    text: `select id from member where id = any($1::uuid[]) and status = 'inactive'`,
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/**
 * Nothing new can be assigned to a deactivated person: they cannot become an owner, a manager, or the value of any
 * other field that refers to people. They keep what they have until it is reassigned, and deleted records can be
 * restored with them.
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

/** Returns the people that rows newly refer to. */
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
