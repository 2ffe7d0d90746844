import { averageTenant } from '../../db/average-tenant.js';
import type { RecordDescriptor } from '../describe/index.js';
import type { WriteBatch, WriteParticipant } from './participants.js';

/**
 * Whether giving a record this parent would make it its own ancestor.
 * @param parentOf returns the parent's id of a record after the change
 */
export function makesCycle(
  id: string,
  parentId: string | null,
  parentOf: (id: string) => string | null,
): boolean {
  const seen = new Set([id]);
  for (let at = parentId; at !== null; at = parentOf(at)) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/**
 * Prevents cycles in an object's trees (fields with `tree`). Writers of the same tree wait for each other, because two
 * changes that are valid alone can form a cycle together.
 */
export function treeParticipant(descriptor: RecordDescriptor): WriteParticipant | undefined {
  const fields = descriptor.fields.filter((f) => f.tree);
  if (!fields.length) return undefined;
  return {
    name: `records.tree.${descriptor.key}`,
    objects: [descriptor.key],
    phase: 'checks',
    order: 900,
    async run(batch: WriteBatch) {
      if (batch.operation !== 'update') return;
      for (const f of fields) {
        const moving = batch.rows.filter((r) => r.ok && r.after[f.key] && r.changed(f.key));
        if (!moving.length) continue;
        const [, ancestors] = await batch.uow.together([
          {
            text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
            values: [`tree:${batch.uow.tenantId}:${descriptor.key}`],
          },
          {
            text: `with recursive up as (
                     select t.id, ${f.storage.value('t')} as parent from ${descriptor.source} t where t.tenant_id = ${averageTenant('$2')} and t.id = any($1::uuid[])
                     union
                     select t.id, ${f.storage.value('t')} from ${descriptor.source} t join up on t.id = up.parent)
                   select id, parent from up`,
            values: [moving.map((r) => r.after[f.key]), batch.uow.tenantId],
          },
        ]);
        const parents = new Map<string, string | null>(ancestors!.map((a) => [a.id, a.parent]));
        for (const row of moving) parents.set(row.id, row.after[f.key] as string);
        for (const row of moving)
          if (makesCycle(row.id, row.after[f.key] as string, (id) => parents.get(id) ?? null))
            row.refuse(f.key, 'cycle', `"${f.label}" would make this record its own parent. Choose another.`);
      }
    },
  };
}
