import type { Statement } from '../db/tenant-pool.js';
import type { WriteBatch } from './participants.js';
import type { RecordWriter, WriteInput } from './record-writer.js';
import type { FilterContext } from './list-query.js';
import type { RecordReader } from './record-reader.js';
import type { Referrer } from './registry.js';

/** What to do about records that refer to the ones being deleted. */
export type ReferrerPolicy = 'refuse' | 'unlink' | 'delete';

/** How many referring records a refusal names. */
const NAMED = 5;

function finder(referrer: Referrer, ids: string[], limit: number | null): Statement | undefined {
  const { object, field } = referrer;
  if (field.link) return field.link.referrers?.(ids, limit ?? 100_000);
  return {
    text: `select id, display_name as name, ${field.column} as target from ${object.table}
            where ${field.column} = any($1::uuid[]) and deleted_at is null${limit === null ? '' : ` limit ${limit}`}`,
    values: [ids],
  };
}

/**
 * Before a delete: refuses the rows that others refer to and names them, or unlinks or deletes those, as the person said.
 * What refers without need (optional fields) is unlinked also under `delete` when it may be empty and is configuration.
 */
export async function followReferrers(
  writer: RecordWriter,
  reader: RecordReader,
  context: FilterContext,
  batch: WriteBatch,
  policy: ReferrerPolicy,
): Promise<void> {
  const ids = batch.rows.filter((r) => r.ok).map((r) => r.id);
  if (!ids.length) return;
  const referrers = context.registry.referrersOf(batch.descriptor.key);
  const found = referrers.flatMap((referrer) => {
    const statement = finder(referrer, ids, policy === 'refuse' ? NAMED * ids.length + 1 : null);
    return statement ? [{ referrer, statement }] : [];
  });
  if (!found.length) return;
  const results = await batch.uow.together(found.map((f) => f.statement));
  const deleting = new Set(ids);
  const asked = !batch.system || batch.cascaded;
  for (const [i, { referrer }] of found.entries()) {
    const rows = results[i]!.filter(
      (r) => !(referrer.object.key === batch.descriptor.key && deleting.has(r.id)),
    );
    if (!rows.length) continue;
    if (policy === 'refuse') {
      // What refers to it says that it cannot go; which records those are, only whoever may see them learns.
      const [named] = !asked
        ? [rows]
        : await batch.uow.together([
            reader.namesOf(
              referrer.object.key,
              rows.map((r) => r.id),
              context,
            ),
          ]);
      const names = new Map(named!.map((r) => [r.id, r.name]));
      for (const row of batch.rows.filter((r) => r.ok || r.failure?.code === 'referenced')) {
        const mine = rows.filter((r) => r.target === row.id);
        if (!mine.length) continue;
        row.fail(
          409,
          'referenced',
          `Other records refer to this ${batch.descriptor.label.toLowerCase()}: unlink or delete them first, or say what to do with \`referrers=unlink\` or \`referrers=delete\`.`,
          { referrers: [] },
        );
        (row.failure!.extras!['referrers'] as object[]).push({
          object: referrer.object.key,
          field: referrer.field.key,
          label: referrer.object.pluralLabel,
          records: mine
            .filter((r) => names.has(r.id))
            .slice(0, NAMED)
            .map((r) => ({ id: r.id, name: names.get(r.id) })),
          more: mine.length > Math.min(NAMED, mine.filter((r) => names.has(r.id)).length),
        });
      }
      continue;
    }
    const inputs = [...new Set(rows.map((r) => r.id as string))];
    const mustGo =
      referrer.field.required ||
      (policy === 'delete' &&
        referrer.object.listed &&
        !['owner', 'legalEntity'].includes(referrer.field.key));
    if (mustGo && asked && !(await mayDelete(reader, context, referrer.object.key, inputs, batch))) {
      for (const row of batch.rows.filter((r) => r.ok && rows.some((found) => found.target === r.id)))
        row.fail(
          403,
          'referrersForbidden',
          `Your roles do not allow you to delete the ${referrer.object.pluralLabel.toLowerCase()} that refer to this ${batch.descriptor.label.toLowerCase()}.`,
        );
      continue;
    }
    const nested = { uow: batch.uow, mode: batch.mode, system: true, atomic: true } as const;
    if (mustGo)
      await writer.write(
        referrer.object.key,
        'delete',
        inputs.map((id): WriteInput => ({ id })),
        { ...nested, cascaded: asked, referrers: policy },
      );
    else if (referrer.field.link && 'without' in rows[0]!) {
      const remaining = new Map(rows.map((r) => [r.id as string, r.without as string[]]));
      await writer.write(
        referrer.object.key,
        'update',
        inputs.map((id): WriteInput => ({ id, values: { [referrer.field.key]: remaining.get(id) } })),
        { ...nested, verb: 'unlinked' },
      );
    } else if (referrer.field.link) {
      const statements = referrer.field.link.unlink?.(batch.uow.tenantId, ids) ?? [];
      if (statements.length) await batch.uow.together(statements);
    } else
      await writer.write(
        referrer.object.key,
        'update',
        inputs.map((id): WriteInput => ({ id, values: { [referrer.field.key]: null } })),
        { ...nested, verb: 'unlinked' },
      );
  }
}

/** Whether the actor may delete each of the records. */
async function mayDelete(
  reader: RecordReader,
  context: FilterContext,
  object: string,
  ids: string[],
  batch: WriteBatch,
): Promise<boolean> {
  const target = { ...context, descriptor: context.registry.forTenant(object, context.snapshot) };
  const [rows] = await batch.uow.together([
    reader.byIds(reader.plan(target.descriptor, []), ids, target, 'delete', 'living'),
  ]);
  return rows!.length === ids.length;
}
