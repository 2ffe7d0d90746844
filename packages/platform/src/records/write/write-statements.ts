import {
  emptyOf,
  type FieldDescriptor,
  fieldNorm,
  normOf,
  type RecordDescriptor,
  type RecordState,
  sameValue,
} from '../describe/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { currentContext } from '../../context/index.js';
import type { WriteBatch, WriteRow } from './participants.js';
import type { LoadedRecord } from '../read/index.js';

const SYSTEM_COLUMNS = [
  'tenant_id',
  'id',
  'display_name',
  'display_norm',
  'search_norm',
  'version',
  'created_at',
  'created_by_kind',
  'created_by_id',
  'updated_at',
  'updated_by_kind',
  'updated_by_id',
  'deleted_at',
];

interface WritePlan {
  insert: string;
  update: string;
  stored: FieldDescriptor[];
  searchable: FieldDescriptor[];
}

const plans = new WeakMap<RecordDescriptor, WritePlan>();

/** Insert and update statements of an object: constant text, all rows in one JSON parameter. */
function planOf(descriptor: RecordDescriptor): WritePlan {
  let plan = plans.get(descriptor);
  if (!plan) {
    const stored = descriptor.fields.filter((f) => f.storage.columns.length);
    const columns = [...new Set([...SYSTEM_COLUMNS, ...stored.flatMap((f) => f.storage.columns)])];
    const mutable = columns.filter((c) => c !== 'tenant_id' && c !== 'id');
    plan = {
      stored,
      searchable: descriptor.fields.filter((f) => f.searchable),
      insert: `insert into ${descriptor.table} (${columns.join(', ')}) select ${columns.map((c) => `r.${c}`).join(', ')} from json_populate_recordset(null::${descriptor.table}, $1::json) r`,
      update: `update ${descriptor.table} t set ${mutable.map((c) => `${c} = r.${c}`).join(', ')} from json_populate_recordset(null::${descriptor.table}, $1::json) r where t.tenant_id = r.tenant_id and t.id = r.id`,
    };
    plans.set(descriptor, plan);
  }
  return plan;
}

/** Returns the version of each row after the write, by id. */
export function versionsOf(rows: WriteRow[]): Map<string, number> {
  return new Map(rows.map((row) => [row.id, (row.before?.version ?? 0) + 1]));
}

/** Returns the statement that writes the rows themselves. */
export function recordStatement(
  batch: WriteBatch,
  rows: WriteRow[],
  versions: Map<string, number>,
): Statement {
  const plan = planOf(batch.descriptor);
  const { actor } = currentContext();
  const now = batch.now.toISOString();
  const json = rows.map((row) => {
    const displayName = batch.descriptor.displayName(row.after, row.names).slice(0, 500);
    const out: Record<string, unknown> = {
      tenant_id: batch.uow.tenantId,
      id: row.id,
      display_name: displayName,
      display_norm: normOf(displayName),
      version: versions.get(row.id),
      created_at: row.before?.createdAt ?? row.provenance.createdAt ?? now,
      created_by_kind: row.before?.createdBy.kind ?? row.provenance.createdBy?.kind ?? actor.kind,
      created_by_id: row.before
        ? row.before.createdBy.id
        : row.provenance.createdBy
          ? row.provenance.createdBy.id
          : actor.id,
      updated_at: now,
      updated_by_kind: actor.kind,
      updated_by_id: actor.id,
      deleted_at:
        batch.operation === 'delete' ? now : batch.operation === 'update' ? row.before!.deletedAt : null,
    };
    for (const f of plan.stored) putValue(out, f, row.id, row.after[f.key] ?? null);
    out['search_norm'] = searchNorm(plan.searchable, row.after, out['display_norm'] as string);
    return out;
  });
  return { text: batch.operation === 'create' ? plan.insert : plan.update, values: [JSON.stringify(json)] };
}

/** Puts a value in API form into the JSON of a record's row, sealed if the company encrypts the field. */
function putValue(row: Record<string, unknown>, f: FieldDescriptor, id: string, value: unknown): void {
  const stored = value === null ? null : f.traits.codec.toColumn(value, f);
  const sealed = f.cipher && typeof stored === 'string' ? f.cipher.seal(id, stored) : stored;
  f.storage.put(row, sealed, f.storage.norm ? storedNorm(f, value) : null);
}

/** Returns the compared form of a value as it is stored now. */
function storedNorm(f: FieldDescriptor, value: unknown): string | null {
  const norm = fieldNorm(f, value);
  return f.cipher ? f.cipher.norm(norm) : norm;
}

/** Returns all searchable texts of a record as one, its name first. */
function searchNorm(searchable: FieldDescriptor[], state: RecordState, displayNorm: string): string {
  const norms = searchable.flatMap((f) => {
    const value = state[f.key];
    return f.storage.searchColumn && value ? f.form.search(String(value)) : [];
  });
  if (!norms.includes(displayNorm)) norms.unshift(displayNorm);
  return norms.join('\n');
}

/**
 * Returns the statement that rewrites one field of records in the form that its description requires (sealed or plain),
 * including their names and search texts. Versions stay and no event is written, since the records do not change.
 */
export function restoreFieldStatement(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement {
  const { searchable } = planOf(descriptor);
  const json = records.map((record) => {
    const displayName = descriptor.displayName(record.state, record.names).slice(0, 500);
    const displayNorm = normOf(displayName)!;
    const out: Record<string, unknown> = {
      id: record.id,
      display_name: displayName,
      display_norm: displayNorm,
      search_norm: searchNorm(searchable, record.state, displayNorm),
    };
    putValue(out, f, record.id, record.state[f.key] ?? null);
    return out;
  });
  const columns = ['display_name', 'display_norm', 'search_norm', ...f.storage.columns];
  return {
    text: `update ${descriptor.table} t set ${columns.map((c) => `${c} = r.${c}`).join(', ')}
             from json_populate_recordset(null::${descriptor.table}, $2::json) as r
            where t.tenant_id = $1::uuid and t.id = r.id`,
    values: [tenantId, JSON.stringify(json)],
  };
}

/**
 * Returns the statement that recomputes the forms in which texts of records are compared and found. Versions stay and
 * no event is written, since the records do not change. Rows with the current forms are left alone.
 */
export function restateTextsStatement(
  descriptor: RecordDescriptor,
  tenantId: string,
  records: LoadedRecord[],
): Statement {
  const { stored, searchable } = planOf(descriptor);
  const compared = stored.filter((f) => f.storage.searchColumn);
  const json = records.map((record) => {
    const displayNorm = normOf(record.displayName)!;
    const out: Record<string, unknown> = {
      id: record.id,
      display_norm: displayNorm,
      search_norm: searchNorm(searchable, record.state, displayNorm),
    };
    for (const f of compared) out[f.storage.searchColumn!] = storedNorm(f, record.state[f.key] ?? null);
    return out;
  });
  const columns = ['display_norm', 'search_norm', ...compared.map((f) => f.storage.searchColumn!)];
  const list = (alias: string) => columns.map((c) => `${alias}.${c}`).join(', ');
  return {
    text: `update ${descriptor.table} t set ${columns.map((c) => `${c} = r.${c}`).join(', ')}
             from jsonb_to_recordset($2::jsonb) as r(id uuid, ${columns.map((c) => `${c} text`).join(', ')})
            where t.tenant_id = $1::uuid and t.id = r.id and (${list('t')}) is distinct from (${list('r')})`,
    values: [tenantId, JSON.stringify(json)],
  };
}

/**
 * Returns statements that set link fields to their new values, and release or claim external ids on delete and restore.
 */
export function linkStatements(batch: WriteBatch, rows: WriteRow[]): Statement[] {
  const tenantId = batch.uow.tenantId;
  if (batch.operation === 'delete' || batch.operation === 'restore')
    return [
      {
        text: 'update external_id set living = $3 where tenant_id = $1 and object = $2 and record_id = any($4::uuid[])',
        values: [tenantId, batch.descriptor.key, batch.operation === 'restore', rows.map((r) => r.id)],
      },
    ];
  return batch.descriptor.fields.flatMap((f) => {
    const { writeElsewhere } = f.storage;
    if (!writeElsewhere) return [];
    const changes = rows
      .map((row) => ({
        id: row.id,
        before: row.before?.state[f.key] ?? emptyOf(f),
        after: row.after[f.key] ?? emptyOf(f),
      }))
      .filter((c) => !sameValue(c.before, c.after));
    return changes.length ? writeElsewhere(tenantId, batch.descriptor.key, changes) : [];
  });
}
