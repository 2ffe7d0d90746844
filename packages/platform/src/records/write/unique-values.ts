import { averageTenant } from '../../db/average-tenant.js';
import { createHash } from 'node:crypto';
import type { Statement } from '../../db/tenant-pool.js';
import { type FieldDescriptor, fieldNorm, storedNorms } from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';

/** A new value of a unique field. */
interface Claim {
  row: WriteRow;
  field: FieldDescriptor;
  /** The forms in which the value may be stored. */
  forms: string[];
}

/**
 * Refuses rows that would give a unique field a value that another record has. Writes of the same value wait for each
 * other, so that the second one finds the first.
 */
export async function checkUniqueValues(batch: WriteBatch): Promise<void> {
  const claims = claimsOf(batch);
  if (!claims.length) return;
  const tenantId = batch.uow.tenantId;
  // On every form: a process that learns later that the field is encrypted has only some of them in common.
  const locksOf = ({ field, forms }: Claim) =>
    forms.map((form) =>
      createHash('sha256').update(`${tenantId}/${field.custom!.id}/${form}`).digest().readBigInt64BE(),
    );
  // In order, so that two batches cannot wait for each other.
  const locks = [...new Set(claims.flatMap(locksOf))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const fields = [...new Set(claims.map((c) => c.field))];
  const [, ...found] = await batch.uow.together([
    { text: 'select pg_advisory_xact_lock(key) from unnest($1::bigint[]) key', values: [locks.map(String)] },
    ...fields.map((field) => holders(batch, field, claims)),
  ]);
  for (const [n, field] of fields.entries()) {
    // A value that another row of the batch gives up counts as taken: that row may still fail.
    const holder = new Map<string, string>(found[n]!.map(({ id, value }) => [value, id]));
    for (const { row, forms } of claims.filter((c) => c.field === field)) {
      const isTaken = forms.some((form) => (holder.get(form) ?? row.id) !== row.id);
      for (const form of forms) holder.set(form, row.id);
      if (isTaken)
        row.refuse(
          field.key,
          'notUnique',
          `Another ${batch.descriptor.label.toLowerCase()} already has this value of "${field.label}". Use another value.`,
        );
    }
  }
}

function claimsOf({ descriptor, operation, rows }: WriteBatch): Claim[] {
  if (operation === 'delete') return [];
  return descriptor.fields
    .filter((f) => f.isUnique && f.custom)
    .flatMap((field) =>
      rows.flatMap((row) => {
        const value = row.after[field.key] ?? null;
        const isNew = operation !== 'update' || row.changed(field.key);
        return row.ok && isNew && value !== null ? [{ row, field, forms: formsOf(field, value) }] : [];
      }),
    );
}

function formsOf(field: FieldDescriptor, value: unknown): string[] {
  if (!field.storage.norm) return [String(field.traits.codec.toColumn(value, field))];
  return storedNorms(field, fieldNorm(field, value)!);
}

/** Selects which of the values other undeleted records hold. */
function holders(batch: WriteBatch, field: FieldDescriptor, claims: Claim[]): Statement {
  const values = claims.filter((c) => c.field === field).flatMap(({ forms }) => forms);
  const { join, where, value } = field.storage.holding!('h', '$1', field.traits.sqlType);
  return {
    text: `select t.id, ${value} as value from ${batch.descriptor.source} t ${join}
            where t.tenant_id = ${averageTenant('$2')} and ${where} and t.deleted_at is null`,
    values: [values, batch.uow.tenantId],
  };
}
