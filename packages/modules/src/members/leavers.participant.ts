import type { UnitOfWork } from '@pellucid/platform/db';
import type { WriteBatch, WriteParticipant } from '@pellucid/platform/records';

/** Returns the statement that finds those of the people who were deactivated. */
const leavers = (ids: string[]) => ({
  text: `select id from member where id = any($1::uuid[]) and status = 'inactive'`,
  values: [ids],
});

/** Returns which of the people were deactivated. */
export async function leaversAmong(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const rows = await uow.run<{ id: string }>(leavers(ids));
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
  phase: 'checks',
  order: 100,
  related(batch) {
    const ids = doubted(batch);
    return ids.length ? [leavers(ids)] : [];
  },
  async run(batch) {
    if (!applies(batch)) return;
    const [found = []] = batch.related.get('members.leavers') ?? [];
    const asked = new Set(batch.rows.flatMap((row) => Object.values(row.given).flat()));
    // Rules may have set others since.
    const others = doubted(batch).filter((id) => !asked.has(id));
    const left = new Set([...found.map(({ id }) => id), ...(await leaversAmong(batch.uow, others))]);
    for (const { row, field, id } of newPeople(batch))
      if (left.has(id))
        row.refuse(
          field.key,
          'personLeft',
          `"${field.label}": this person is deactivated. Choose someone else.`,
        );
  },
};

const applies = ({ asks, cascaded, mode, operation }: WriteBatch) =>
  asks === 'caller' && !cascaded && mode !== 'undo' && (operation === 'create' || operation === 'update');

/** Returns the people that rows newly refer to and who may have been deactivated. */
function doubted(batch: WriteBatch): string[] {
  if (!applies(batch)) return [];
  const ids = newPeople(batch).map(({ id }) => id);
  return [...new Set(ids)].filter((id) => batch.snapshot.members.get(id)?.status !== 'active');
}

/** Returns the people that rows newly refer to. */
function newPeople({ descriptor, rows }: WriteBatch) {
  const fields = descriptor.fields.filter((f) => f.references === 'member' && !f.readOnly);
  return rows.flatMap((row) =>
    fields.flatMap((field) => {
      if (!row.ok || !row.mayChange(field.key)) return [];
      const before = row.sees(field.key) ? [row.before?.state[field.key] ?? []].flat() : [];
      const after = [row.after[field.key] ?? []].flat() as string[];
      return after.filter((id) => !before.includes(id)).map((id) => ({ row, field, id }));
    }),
  );
}
