import { conflict, notFound, ProblemError } from '../../errors/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { type FilterContext, withoutLimits } from '../decide/index.js';
import {
  allFieldsOf,
  type FieldDescriptor,
  linesIn,
  type RecordDescriptor,
  type RecordState,
  targetsIn,
  valueOfTarget,
} from '../describe/index.js';
import type { RecordReader } from '../read/index.js';
import { linksBefore, noteMerge } from './merge-effects.js';
import type { Merge } from './participants.js';
import type { RecordWriter } from './record-writer.js';
import { referringRows } from './referrers.js';
import type { WriteInput } from './write-request.js';

/**
 * Merges a record into another one of its object. Whatever refers to it refers to the other one from then on; it is deleted,
 * and its id leads to the other one. It all happens in the transaction, so it is meant for the records that people merge one
 * by one.
 *
 * The values of the record that stays don't change: which of the two values is right is for whoever merges duplicates to
 * choose, and to write in the same transaction.
 *
 * The caller needs the rights to change the record that stays and to delete the other one. References follow whether or not
 * the caller sees the records that hold them: they mean the same thing as before. Nothing tells the caller that there are any.
 * @throws ProblemError 404 or 403 for a record that the caller may not change so; 409 for a record and itself, and if a record
 *   that refers to the one that goes can't refer to the other
 */
export async function mergeRecords(
  { writer, reader }: { writer: RecordWriter; reader: RecordReader },
  uow: UnitOfWork,
  merge: Merge,
): Promise<void> {
  const { object, from, into } = merge;
  const context = await reader.contextFor(object);
  if (from === into) throw conflict('sameRecord', 'These are the same record. Choose two different ones.');
  const options = { uow, atomic: true, mode: 'merge', verb: 'merged' } as const;
  await writer.write(object, 'update', [{ id: into, values: {}, touch: true }], options);
  // Locked like a record that is deleted: no reference to it can be added meanwhile.
  const own = reader.locked(reader.plan(context.descriptor, []), [from], context, 'read', 'living', 'delete');
  const [locked, read] = await uow.together([own.lock, own.read]);
  const label = context.descriptor.label.toLowerCase();
  if (!own.rows(locked!, read!).length) throw notFound(`This ${label}`);
  const before = linksBefore(context, merge);
  await noteMerge(uow, merge, 'links', before.read(await uow.together(before.statements)));
  try {
    await repoint({ writer, reader, context: withoutLimits(context) }, uow, merge);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // The caller may not see the record that can't follow, so nothing is said of it.
    throw conflict(
      'referenceStays',
      `A record that links to this ${label} can't link to the other one, for example because it would then belong to itself. Change its link first.`,
    );
  }
  await uow.together(redirectStatements(uow.tenantId, merge));
  await writer.write(object, 'delete', [{ id: from }], { ...options, planned: true, merge });
  const key = context.descriptor.fields.find((f) => f.isKey);
  if (key) await moveKey({ writer, reader, context: withoutLimits(context) }, uow, merge, key);
}

/** Gives the record that stays the other one's key in another system, unless it has its own: whoever sends that key means it. */
async function moveKey(
  { writer, reader, context }: Hands,
  uow: UnitOfWork,
  { object, from, into }: Merge,
  { key }: FieldDescriptor,
): Promise<void> {
  const plan = reader.plan(context.descriptor, [key]);
  const rows = await uow.run<any>(reader.byIds(plan, [from, into], context, 'read', 'any'));
  const keys = new Map(rows.map((row) => plan.load(row)).map(({ id, state }) => [id, state[key] ?? null]));
  if (keys.get(from) === null || keys.get(into) !== null) return;
  await writer.write(object, 'update', [{ id: into, values: { [key]: keys.get(from) } }], {
    uow,
    atomic: true,
    mode: 'merge',
    verb: 'merged',
    cascaded: true,
    asks: 'product',
  });
}

/** Makes every reference to the one record a reference to the other, as changes of the records that hold them. */
async function repoint({ writer, reader, context }: Hands, uow: UnitOfWork, merge: Merge): Promise<void> {
  const holds = context.registry
    .referrersOf(merge.object, context.snapshot)
    .filter(({ field }) => field.storage.linked);
  const to = { object: merge.object, ids: [merge.from] };
  const found = holds.length
    ? await uow.together(holds.map((hold) => referringRows(reader, context, hold, to, false, null)))
    : [];
  const byObject = new Map<string, Set<string>>();
  for (const [n, { object }] of holds.entries())
    for (const { id } of found[n]!) byObject.set(object.key, (byObject.get(object.key) ?? new Set()).add(id));
  const hands = { writer, reader, context };
  for (const [object, ids] of byObject) {
    if (object === merge.object) ids.delete(merge.from);
    await moveReferences(hands, uow, object, new Map([...ids].map((id) => [id, new Set()])), merge);
  }
}

/** What it takes to change references, in a context without limits. */
interface Hands {
  writer: RecordWriter;
  reader: RecordReader;
  context: FilterContext;
}

/**
 * Makes references of records of an object refer to the record that stays.
 * @param records by id, with the keys of fields that are known to refer to the one that goes even if their value leaves it
 *   out, since it is deleted
 */
async function moveReferences(
  { writer, reader, context }: Hands,
  uow: UnitOfWork,
  object: string,
  records: Map<string, Set<string>>,
  merge: Merge,
): Promise<void> {
  const descriptor = context.registry.forTenant(object, context.snapshot);
  const plan = reader.plan(descriptor);
  const own = reader.locked(
    plan,
    [...records.keys()],
    { ...context, descriptor },
    'read',
    'living',
    'change',
  );
  const [locked, read] = await uow.together([own.lock, own.read]);
  const inputs = own.rows(locked!, read!).map((row): WriteInput => {
    const { id, state } = plan.load(row);
    return { id, values: repointed(descriptor, { id, state, known: records.get(id)! }, merge) };
  });
  await writer.write(object, 'update', inputs, {
    uow,
    atomic: true,
    mode: 'merge',
    cascaded: true,
    asks: 'product',
    opensReadOnly: true,
    merge,
  });
}

/** A reference to a record that was merged into another one. */
export interface MergedReference extends Merge {
  id: string;
  field: string;
}

/** Returns a statement that finds the references of records to merged ones, as rows of {@link MergedReference}. */
export function mergedReferences(
  ids: string[],
  { descriptor, registry, snapshot }: FilterContext,
): Statement {
  const selects = allFieldsOf(descriptor).flatMap((f) =>
    registry.targetsOf(f, snapshot).flatMap((object) => {
      const rows = f.storage.linked?.('t', 'l', object);
      if (!rows) return [];
      const join = rows.table
        ? `join ${rows.table} l on l.tenant_id = t.tenant_id and ${rows.record} = t.id`
        : '';
      return `select t.id, '${f.key}' as field, r.object, r.from_id as "from", r.to_id as "into" from ${descriptor.source} t ${join}
        join record_redirect r on r.tenant_id = t.tenant_id and r.object = '${object}' and r.from_id = ${rows.target}
        where t.id = any($1::uuid[])${rows.where ? ` and ${rows.where}` : ''}`;
    }),
  );
  return { text: selects.join(' union all '), values: [ids] };
}

/**
 * Makes references of restored records follow the merges that they missed. A reference that can't follow stays as it is.
 * @returns ids of the records that may have changed
 */
export async function followMerges(
  hands: Hands,
  uow: UnitOfWork,
  references: MergedReference[],
): Promise<Set<string>> {
  const object = hands.context.descriptor.key;
  const merges = Map.groupBy(references, (each) => `${each.object}/${each.from}`);
  for (const some of merges.values()) {
    const records = new Map<string, Set<string>>();
    for (const { id, field } of some) records.set(id, (records.get(id) ?? new Set()).add(field));
    try {
      await uow.savepoint(() => moveReferences(hands, uow, object, records, some[0]!));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return new Set(references.map(({ id }) => id));
}

/** Returns the values of a record that refer to the record that goes, with references to the one that stays. */
function repointed(
  descriptor: RecordDescriptor,
  { id, state, known }: { id: string; state: RecordState; known: Set<string> },
  merge: Merge,
): Record<string, unknown> {
  const { object } = merge;
  const isSelf = descriptor.key === object && id === merge.into;
  const values: Record<string, unknown> = {};
  const refersIn = (f: FieldDescriptor, value: unknown) =>
    targetsIn(f, value).some((target) => target.object === object && target.id === merge.from);
  const next = (f: FieldDescriptor, value: unknown) => {
    const [old, now] = [merge.from, merge.into].map((each) => valueOfTarget(f, { object, id: each }));
    if (!Array.isArray(value)) return isSelf ? null : now;
    const others = value.filter((each) => each !== old && each !== now);
    return isSelf ? others : [...others, now];
  };
  for (const f of allFieldsOf(descriptor)) {
    const { line } = f;
    if (!line) {
      if (known.has(f.key) || refersIn(f, state[f.key])) values[f.key] = next(f, state[f.key]);
      continue;
    }
    const lines = linesIn(state, { key: line.collection });
    if (!lines.some((each) => refersIn(f, each[line.name]))) continue;
    const given = (values[line.collection] ?? lines.map((each) => ({ id: each.id }))) as Record<
      string,
      unknown
    >[];
    values[line.collection] = given.map((each, n) =>
      refersIn(f, lines[n]![line.name]) ? { ...each, [line.name]: next(f, lines[n]![line.name]) } : each,
    );
  }
  return values;
}

/** Makes the old id lead to the record that stays, and with it every id that led to the old one. */
function redirectStatements(tenantId: string, { object, from, into }: Merge): Statement[] {
  return [
    {
      text: 'update record_redirect set to_id = $4 where tenant_id = $1 and object = $2 and to_id = $3',
      values: [tenantId, object, from, into],
    },
    {
      text: `insert into record_redirect (tenant_id, object, from_id, to_id) values ($1, $2, $3, $4)
             on conflict (tenant_id, object, from_id) do update set to_id = excluded.to_id, at = excluded.at`,
      values: [tenantId, object, from, into],
    },
  ];
}
