import { linkOf } from '@pellucid/conditions';
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
  unitedElements,
  valueOfTarget,
} from '../describe/index.js';
import type { RecordReader } from '../read/index.js';
import { linksBefore, noteMerge } from './merge-effects.js';
import type { Merge } from './participants.js';
import type { RecordWriter } from './record-writer.js';
import { referringRows } from './referrers.js';
import { admitted } from './undo/undo-rights.js';
import type { RowOutcome, WriteInput, WriteOptions } from './write-request.js';

const TOO_MANY = 'tooManyReferences';

/** Records of an object that become one. */
export interface MergedRecords {
  object: string;
  /** Ids of the records that go. */
  from: readonly string[];
  /** Id of the record that stays. */
  into: string;
  /** Values that the record that stays gets along with it, by field key. */
  values?: Record<string, unknown>;
  /** Fields whose value is taken from one of the others, with its id. */
  takenFrom?: Record<string, string>;
}

/** Maximum number of records whose references one merge may move; its transaction holds them all. */
export const MOST_MOVED = 20_000;

/** Number of records of an object whose references a preview moves. */
const TRIED = 500;

/**
 * Merges records into another one of their object. Whatever refers to them refers to that one from then on; they are deleted,
 * and their ids lead to it. It all happens in the transaction.
 *
 * The values of the record that stays don't change, except for those that are given: which value is right is for whoever merges
 * duplicates to choose.
 *
 * The caller needs the rights to change the record that stays and to delete the others. References follow whether or not
 * the caller sees the records that hold them: they mean the same thing as before. Nothing tells the caller that there are any.
 * @param isPreview whether it will be rolled back: only the first references of each object are moved, and the outcome contains
 *   the record that stays as it is then
 * @returns the outcome of the record that stays
 * @throws ProblemError 404 or 403 for a record that the caller may not change so; 409 for a record and itself, if a record
 *   that refers to one that goes can't refer to the other, and if there are too many of them; 422 for values
 */
export async function mergeRecords(
  { writer, reader }: { writer: RecordWriter; reader: RecordReader },
  uow: UnitOfWork,
  { object, from, into, values = {}, takenFrom }: MergedRecords,
  isPreview = false,
): Promise<RowOutcome> {
  const context = await reader.contextFor(object);
  if (new Set([...from, into]).size <= from.length)
    throw conflict('sameRecord', 'These are the same record. Choose different ones.');
  const options = { uow, atomic: true, mode: 'merge', verb: 'merged' } as const;
  const label = context.descriptor.label.toLowerCase();
  // Locked like records that are deleted: no reference to them can be added meanwhile.
  const plan = reader.plan(context.descriptor, []);
  const own = reader.locked(plan, [...from, into], context, 'read', 'living', 'delete');
  const [locked, read] = await uow.together([own.lock, own.read]);
  if (own.rows(locked!, read!).length <= from.length) throw notFound(`This ${label}`);
  await assertMay({ writer, reader, context }, uow, options, { from, into });
  const hands = { writer, reader, context: withoutLimits(context) };
  const links = await ownLinks(hands, uow, [into, ...from]);
  for (const one of from) {
    const merge: Merge = { object, from: one, into };
    const before = linksBefore(context, merge);
    await noteMerge(uow, merge, 'links', before.read(await uow.together(before.statements)));
    try {
      await repoint(hands, uow, merge, isPreview ? TRIED : MOST_MOVED);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code === TOO_MANY) throw error;
      // The caller may not see the record that can't follow, so nothing is said of it.
      throw conflict(
        'referenceStays',
        `A record that links to this ${label} can't link to the other one, for example because it would then belong to itself. Change its link first.`,
      );
    }
    await uow.together(redirectStatements(uow.tenantId, merge));
    await writer.write(object, 'delete', [{ id: one }], { ...options, planned: true, merge });
  }
  if (Object.keys(links).length)
    await writer.write(object, 'update', [{ id: into, values: links }], asProduct(uow));
  const key = context.descriptor.fields.find((f) => f.isKey);
  if (key && !(key.key in values))
    for (const one of from) await moveKey(hands, uow, { object, from: one, into }, key);
  // Last, since a value can be one that no two living records may have.
  const input = { id: into, values, touch: true, ...(takenFrom ? { takenFrom } : {}) };
  const [outcome] = await writer.write(object, 'update', [input], { ...options, present: isPreview });
  return outcome!;
}

/** Lets the writer refuse what the caller may not do, before anything else is said. @throws ProblemError 403 */
async function assertMay(
  { writer, reader, context }: Hands,
  uow: UnitOfWork,
  options: WriteOptions,
  { from, into }: Pick<MergedRecords, 'from' | 'into'>,
): Promise<void> {
  const object = context.descriptor.key;
  const stays = await admitted(reader, uow, context, [into], 'update', 'living');
  if (!stays.size) await writer.write(object, 'update', [{ id: into, values: {}, touch: true }], options);
  const go = await admitted(reader, uow, context, [...from], 'delete', 'living');
  const kept = from.filter((id) => !go.has(id)).map((id) => ({ id }));
  if (kept.length) await writer.write(object, 'delete', kept, { ...options, planned: true });
}

/** How the product changes the record that stays along with a merge. */
const asProduct = (uow: UnitOfWork): WriteOptions => ({
  uow,
  atomic: true,
  mode: 'merge',
  verb: 'merged',
  cascaded: true,
  asks: 'product',
  opensReadOnly: true,
});

/**
 * Returns the united links of records in fields that nobody writes but the product, such as the accounts of contacts. Links that
 * people set are a choice like any value.
 * @returns by field key, as far as the first record lacks any
 */
async function ownLinks(
  { reader, context }: Hands,
  uow: UnitOfWork,
  ids: string[],
): Promise<Record<string, string[]>> {
  const keys = context.descriptor.fields.flatMap((f) =>
    f.readOnly && f.traits.isList && f.storage.holdsOn && f.storage.linked ? [f.key] : [],
  );
  if (!keys.length) return {};
  const plan = reader.plan(context.descriptor, keys);
  const rows = await uow.run<any>(reader.byIds(plan, ids, context, 'read', 'any'));
  const states = new Map(rows.map((row) => plan.load(row)).map(({ id, state }) => [id, state]));
  return Object.fromEntries(
    keys.flatMap((key) => {
      const lists = ids.map((id) => (states.get(id)?.[key] ?? []) as string[]);
      const all = [...new Set(lists.flat())];
      return all.length > lists[0]!.length ? [[key, all]] : [];
    }),
  );
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
  const input = { id: into, values: { [key]: keys.get(from) } };
  await writer.write(object, 'update', [input], asProduct(uow));
}

/**
 * Makes every reference to the one record a reference to the other, as changes of the records that hold them.
 * @param most number of records of an object that are changed
 */
async function repoint(
  { writer, reader, context }: Hands,
  uow: UnitOfWork,
  merge: Merge,
  most: number,
): Promise<void> {
  const holds = context.registry
    .referrersOf(merge.object, context.snapshot)
    .filter(({ field }) => field.storage.linked);
  const to = { object: merge.object, ids: [merge.from] };
  const found = holds.length
    ? await uow.together(holds.map((hold) => referringRows(reader, context, hold, to, false, MOST_MOVED + 1)))
    : [];
  const byObject = new Map<string, Set<string>>();
  if (found.reduce((sum, rows) => sum + rows.length, 0) > MOST_MOVED)
    throw conflict(
      TOO_MANY,
      `More than ${MOST_MOVED.toLocaleString('en')} records link to one of these. Keep that one, and merge the others into it.`,
    );
  for (const [n, { object }] of holds.entries())
    for (const { id } of found[n]!) byObject.set(object.key, (byObject.get(object.key) ?? new Set()).add(id));
  const hands = { writer, reader, context };
  for (const [object, ids] of byObject) {
    if (object === merge.object) ids.delete(merge.from);
    const moved = [...ids].slice(0, most).map((id): [string, Set<string>] => [id, new Set()]);
    await moveReferences(hands, uow, object, new Map(moved), merge);
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
    putsBack: true,
    merge,
  });
}

/** A reference to a record that was merged into another one. */
export interface MergedReference extends Merge {
  id: string;
  field: string;
}

/**
 * Returns a statement that finds the references of restored records to merged ones, as rows of {@link MergedReference}. Those
 * to records that are restored with them stay.
 */
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
        where t.id = any($1::uuid[])${object === descriptor.key ? ' and r.from_id <> all($1::uuid[])' : ''}${rows.where ? ` and ${rows.where}` : ''}`;
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
    const leadsTo = (one: unknown, id: string) =>
      targetsIn(f, one).some((target) => target.object === object && target.id === id);
    const moved = (one: unknown) => {
      const { role } = f.linksTo === undefined || one === null ? {} : linkOf(one as string);
      return valueOfTarget(f, { object, id: merge.into, ...(role === undefined ? {} : { role }) });
    };
    if (!Array.isArray(value)) return isSelf ? null : moved(value);
    const [own, rest] = [merge.into, merge.from].map((id) => value.filter((one) => leadsTo(one, id)));
    const others = value.filter((one) => !own!.includes(one) && !rest!.includes(one));
    if (isSelf) return others;
    const links = unitedElements(f, [...own!, ...rest!].map(moved));
    // A list may show less than it stores, such as the tags that were deleted.
    return [...others, ...(links.length ? links : [valueOfTarget(f, { object, id: merge.into })])];
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
