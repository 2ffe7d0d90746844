import { averageTenant } from '../../db/average-tenant.js';
import {
  andInPart,
  emptyOf,
  type FieldDescriptor,
  fieldNorm,
  type FieldValues,
  isInOwnRow,
  normOf,
  type RecordDescriptor,
  type RecordState,
  sameValue,
  type SideTable,
} from '../describe/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { currentContext } from '../../context/index.js';
import { lineStatements } from './line-statements.js';
import type { WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';

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

/** Columns that keep what they hold from when the record was created. */
const LASTING = new Set(['tenant_id', 'id', 'created_at', 'created_by_kind', 'created_by_id']);

/** Number of rows from which an update leaves out the columns that none of them changes. */
const NARROWED_ROWS = 50;

interface WritePlan {
  insert: string;
  update: string;
  stored: FieldDescriptor[];
  searchable: FieldDescriptor[];
}

const plans = new WeakMap<RecordDescriptor, WritePlan>();

/** Insert and update statements of an object for a few rows: constant text, all rows in one JSON parameter. */
export function planOf(descriptor: RecordDescriptor): WritePlan {
  let plan = plans.get(descriptor);
  if (!plan) {
    const stored = descriptor.fields.filter((f) => f.storage.columns.length);
    const inserted = [...columnsOf(stored), ...(descriptor.part ? [descriptor.part.column] : [])];
    plan = {
      stored,
      searchable: descriptor.fields.filter((f) => f.searchable),
      insert: `insert into ${descriptor.table} (${inserted.join(', ')}) select ${inserted.map((c) => contentOf(stored, c, null)).join(', ')} from json_populate_recordset(null::${descriptor.table}, $1::json) r`,
      update: updateOf(descriptor, stored),
    };
    plans.set(descriptor, plan);
  }
  return plan;
}

const columnsOf = (stored: FieldDescriptor[]) => [
  ...new Set([...SYSTEM_COLUMNS, ...stored.flatMap((f) => f.storage.columns)]),
];

function updateOf(descriptor: RecordDescriptor, stored: FieldDescriptor[]): string {
  const set = columnsOf(stored).filter((c) => !LASTING.has(c));
  return `update ${descriptor.table} t set ${set.map((c) => `${c} = ${contentOf(stored, c, 't')}`).join(', ')} from json_populate_recordset(null::${descriptor.table}, $1::json) r where t.tenant_id = r.tenant_id and t.id = r.id${andInPart(descriptor, 't')}`;
}

/**
 * Returns the fields that an update of the rows stores. Many rows store only what changes in one of them, which makes less to send
 * and to read. A few rows store all fields: one text for all updates stays prepared.
 */
function storedIn(stored: FieldDescriptor[], { operation }: WriteBatch, rows: WriteRow[]): FieldDescriptor[] {
  if (operation === 'create' || rows.length < NARROWED_ROWS) return stored;
  const changed = new Set(stored.filter((f) => rows.some((row) => row.changed(f.key))));
  // A column that is replaced as a whole takes all fields that it holds.
  const replaced = new Set([...changed].flatMap((f) => (f.storage.merge ? [] : f.storage.columns)));
  return stored.filter((f) => changed.has(f) || f.storage.columns.some((c) => replaced.has(c)));
}

/**
 * Returns the expression of a column's new content, from the values put into `r`.
 * @param held alias of the row as it is; null for a new one
 */
export function contentOf(stored: FieldDescriptor[], column: string, held: string | null): string {
  const merge = stored.find((f) => f.storage.merge && f.storage.columns.includes(column))?.storage.merge;
  return merge ? merge(`r.${column}`, held && `${held}.${column}`) : `r.${column}`;
}

/** Returns the version of each row after the write, by id. */
export function versionsOf({ recalculates }: WriteBatch, rows: WriteRow[]): Map<string, number> {
  return new Map(rows.map((row) => [row.id, (row.before?.version ?? 0) + (recalculates ? 0 : 1)]));
}

/** Returns the statement that writes the rows themselves. */
export function recordStatement(
  batch: WriteBatch,
  rows: WriteRow[],
  versions: Map<string, number>,
): Statement {
  const plan = planOf(batch.descriptor);
  const stored = storedIn(plan.stored, batch, rows);
  const isNew = batch.operation === 'create';
  const { actor } = currentContext();
  const now = batch.now.toISOString();
  const { part } = batch.descriptor;
  const json = rows.map((row) => {
    const displayName = batch.descriptor.displayName(row.after, row.names).slice(0, 500);
    const out: Record<string, unknown> = {
      tenant_id: batch.uow.tenantId,
      id: row.id,
      display_name: displayName,
      display_norm: normOf(displayName),
      version: versions.get(row.id),
      ...(isNew
        ? {
            created_at: row.provenance.createdAt ?? now,
            created_by_kind: row.provenance.createdBy?.kind ?? actor.kind,
            created_by_id: row.provenance.createdBy ? row.provenance.createdBy.id : actor.id,
          }
        : {}),
      ...(batch.recalculates && row.before
        ? {
            updated_at: row.before.updatedAt,
            updated_by_kind: row.before.updatedBy.kind,
            updated_by_id: row.before.updatedBy.id,
          }
        : { updated_at: now, updated_by_kind: actor.kind, updated_by_id: actor.id }),
      deleted_at:
        batch.operation === 'delete' ? now : batch.operation === 'update' ? row.before!.deletedAt : null,
    };
    if (part) out[part.column] = part.value;
    for (const f of stored) putValue(out, f, row.id, row.after[f.key] ?? null);
    out['search_norm'] = searchNorm(plan.searchable, row.after, out['display_norm'] as string);
    return out;
  });
  const update = () => (stored === plan.stored ? plan.update : updateOf(batch.descriptor, stored));
  return { text: isNew ? plan.insert : update(), values: [JSON.stringify(json)] };
}

/** Puts a value in API form into the JSON of a record's row. */
export function putValue(row: Record<string, unknown>, f: FieldDescriptor, id: string, value: unknown): void {
  f.storage.put(row, storedValue(f, id, value), f.storage.norm ? storedNorm(f, value) : null);
}

/** Returns the stored form of a value: sealed if the company encrypts the field. */
function storedValue(f: FieldDescriptor, id: string, value: unknown): unknown {
  const stored = value === null ? null : f.traits.codec.toColumn(value, f);
  return f.cipher && typeof stored === 'string' ? f.cipher.seal(id, stored) : stored;
}

/** Returns the compared form of a value as it is stored now. */
export function storedNorm(f: FieldDescriptor, value: unknown): string | null {
  const norm = fieldNorm(f, value);
  return f.cipher ? f.cipher.norm(norm) : norm;
}

/** Returns all searchable texts of a record as one, its name first. */
export function searchNorm(searchable: FieldDescriptor[], state: RecordState, displayNorm: string): string {
  const norms = searchable.flatMap((f) => {
    const value = state[f.key];
    return isInOwnRow(f) && value ? f.form.search(String(value)) : [];
  });
  if (!norms.includes(displayNorm)) norms.unshift(displayNorm);
  return norms.join('\n');
}

/**
 * Returns statements that store values outside the records' own rows, and release or claim external ids on delete and
 * restore.
 */
export function sideStatements(batch: WriteBatch, rows: WriteRow[]): Statement[] {
  const tenantId = batch.uow.tenantId;
  if (batch.operation === 'delete' || batch.operation === 'restore')
    return [
      // A record that was merged and is back has its id for itself again.
      ...(batch.operation === 'restore'
        ? [
            {
              text: `delete from record_redirect where tenant_id = ${averageTenant('$1')} and object = $2 and from_id = any($3::uuid[])`,
              values: [tenantId, batch.descriptor.key, rows.map((r) => r.id)],
            },
          ]
        : []),
      {
        text: `update external_id set living = $3 where tenant_id = ${averageTenant('$1')} and object = $2 and record_id = any($4::uuid[])`,
        values: [tenantId, batch.descriptor.key, batch.operation === 'restore', rows.map((r) => r.id)],
      },
    ];
  const values = new Map<SideTable, FieldValues[]>();
  const moves: Statement[] = [];
  for (const f of batch.descriptor.fields) {
    const { side } = f.storage;
    if (!side) continue;
    const changes = rows
      .map((row) => ({
        id: row.id,
        before: row.before?.state[f.key] ?? emptyOf(f),
        after: row.after[f.key] ?? emptyOf(f),
      }))
      .filter((c) => !sameValue(c.before, c.after))
      .map((c) => ({ ...c, ...storedForms(f, c.id, c.after) }));
    if (changes.length && batch.merge)
      moves.push(
        ...(f.storage.repoint?.(
          tenantId,
          changes.map(({ id }) => id),
          batch.merge,
        ) ?? []),
      );
    if (changes.length) values.set(side, [...(values.get(side) ?? []), { field: f, changes }]);
  }
  return [
    ...moves,
    ...[...values].flatMap(([side, some]) => side.write(tenantId, batch.descriptor.key, some)),
    ...batch.descriptor.lines.flatMap((collection) => lineStatements(collection, tenantId, rows)),
  ];
}

/** Returns a value as it is stored, and its compared form. */
export function storedForms(f: FieldDescriptor, id: string, value: unknown) {
  return { stored: storedValue(f, id, value), norm: f.storage.norm ? storedNorm(f, value) : null };
}
