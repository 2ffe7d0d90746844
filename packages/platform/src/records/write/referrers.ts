import {
  type FieldDescriptor,
  ownSourcesOf,
  refersToRecords,
  type RecordDescriptor,
  type Referrer,
} from '../describe/index.js';
import { type FilterContext, QueryParts } from '../decide/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { RecordReader } from '../read/index.js';

/** What to do about records that refer to the ones being deleted. */
export type ReferrerPolicy = 'refuse' | 'unlink' | 'delete';

/**
 * Returns the fields by which other records depend on a record of the object. Permanent notes of the product (a lead's
 * "converted to") do not count: they neither prevent a deletion nor are changed by one.
 */
export function holdsOn(context: FilterContext, object: string): Referrer[] {
  return context.registry
    .referrersOf(object, context.snapshot)
    .filter(({ object: holder, field }) => field.storage.holdsOn && writtenBy(holder, field).length > 0);
}

/**
 * Returns the keys of the fields that the actor must be allowed to write to change the reference: its own, or the
 * references that it is derived from. Empty for permanent notes of the product.
 */
export function writtenBy(holder: RecordDescriptor, field: FieldDescriptor): string[] {
  // A line that can't do without what it refers to goes with it.
  if (field.line && field.required) return [field.line.collection];
  if (!field.readOnly) return [field.key];
  const sources = field.derivedFrom ? ownSourcesOf(field.derivedFrom) : [];
  return sources.filter((key) => refersToRecords(holder.byKey.get(key)!));
}

/** Returns the fields that say what a record belongs to, the nearest first. */
export function homesOf(descriptor: RecordDescriptor): FieldDescriptor[] {
  return descriptor.fields.filter((f) => f.belongsTo);
}

/**
 * Returns SQL that finds the undeleted records that refer to the targets, as rows `{id, target}`.
 * @param after only records with a greater id
 * @param seen only those that the context's actor may read; otherwise all
 */
export function referringRows(
  reader: RecordReader,
  context: FilterContext,
  { object, field }: Referrer,
  to: { object: string; ids: string[] },
  seen: boolean,
  limit: number | null,
  after: string | null = null,
): Statement {
  const parts = new QueryParts([to.ids]);
  const readable = seen ? reader.readable(object.key, 't', parts, context) : undefined;
  const rows = field.storage.linked!('t', 'l', to.object);
  const from = rows.table
    ? `${rows.table} l join ${object.source} t on t.tenant_id = l.tenant_id and t.id = ${rows.record}`
    : `${object.source} t`;
  const where = [
    `${rows.target} = any($1::uuid[])`,
    't.deleted_at is null',
    ...(rows.where ? [rows.where] : []),
    ...(readable ? [readable] : []),
    ...(after === null ? [] : [`t.id > ${parts.param(after)}::uuid`]),
  ];
  // Several rows of a table may link the same two records.
  return parts.statement(
    `select distinct t.id, ${rows.target} as target from ${from}
      where ${where.join(' and ')} order by t.id${limit === null ? '' : ` limit ${limit}`}`,
  );
}
