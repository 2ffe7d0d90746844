import {
  type Derivation,
  derivedByRecordBehind,
  type FieldDescriptor,
  isDerivedByRecord,
  type RecordDescriptor,
  type RecordRegistry,
  type RecordState,
} from '../describe/index.js';
import { type EvaluationClock, splitPath } from '@pellucid/conditions';
import type { TenantSnapshot } from '../../access/index.js';
import type { FieldAccess, FieldRules, FieldVisibility } from './access-policy.js';
import { whereDerived } from './field-levels.js';
import type { QueryParts } from './query-parts.js';
import { scopeSql } from './scope-sql.js';

/**
 * Derived values: shown to people who see what they are made of, and made only of what their author sees. A description
 * declares a field's sources (`derivedFrom`). Sources within the record are settled with the rules of a role. What
 * depends on the record (is the value derived in this record, may the reader name the record it is made of?) becomes an
 * extra column of the read plan, only if the reader's rights leave the question open.
 */

/** The reader for whom it is determined which derived values are shown. */
export interface DerivedView {
  registry: RecordRegistry;
  snapshot: TenantSnapshot;
  access: Pick<FieldAccess, 'decide'>;
  clock: EvaluationClock;
}

/** A field of another record that a value is made of. */
interface PathSource {
  /** Reference of this record that leads there. */
  reference: FieldDescriptor;
  /** Key of the other record's field. */
  field: string;
}

function pathsOf(descriptor: RecordDescriptor, derivation: Derivation): PathSource[] {
  return derivation.from.flatMap((source) => {
    const [reference, field] = splitPath(source);
    return field ? [{ reference: descriptor.byKey.get(reference!)!, field }] : [];
  });
}

/**
 * Whether it depends on the record if the value is shown: it is derived only in some records, or made of other records, or
 * made of such a value.
 */
export function isToldByRecord(f: FieldDescriptor, descriptor: RecordDescriptor): boolean {
  return derivedByRecordBehind(descriptor, f).length > 0;
}

/**
 * Whether the rules show everything of the record that a field is made of where it is derived, including the sources of
 * sources. True for fields that are derived in every record: their own levels are no wider than those of their sources.
 */
export function areSourcesClear(
  descriptor: RecordDescriptor,
  key: string,
  isClear: (field: string) => boolean,
): boolean {
  const f = descriptor.byKey.get(key);
  return !f || derivedByRecordBehind(descriptor, f).every((each) => isClear(whereDerived(each.key)));
}

/**
 * Returns how a field of a record is shown: as the rules say, or hidden if it is made of something that the reader does
 * not see.
 */
export function visibilityIn(
  record: { derived: Record<string, boolean> | null },
  rules: FieldRules,
  key: string,
): FieldVisibility {
  const visibility = rules.allClear ? 'clear' : rules.read(key);
  const isInReach = record.derived?.[key];
  if (isInReach === undefined || visibility === 'hidden') return visibility;
  return isInReach && rules.sourcesClear(key) ? visibility : 'hidden';
}

/**
 * The same for one record in memory: whether somebody with these rules sees everything that the field is made of.
 * @param sees whether they see a field of another record unmasked
 * @param view the same person's view of other objects
 */
export function isToldIn(
  state: RecordState,
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  rules: FieldRules,
  sees: (object: string, id: string, field: string) => boolean,
  view: DerivedView,
): boolean {
  const derived = derivedByRecordBehind(descriptor, f).filter((each) => isMarkedIn(state, each));
  if (!derived.length) return true;
  return (
    rules.sourcesClear(f.key) &&
    derived.every((each) => areCountedSeen(each, view)) &&
    derived
      .flatMap((each) => pathsOf(descriptor, each.derivedFrom!))
      .every(({ reference, field }) => {
        const id = state[reference.key];
        return typeof id !== 'string' || sees(reference.references!, id, field);
      })
  );
}

/** Returns the ids, by object, of the records that a record's derived values are made of. */
export function sourceRecordsOf(state: RecordState, descriptor: RecordDescriptor): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const f of descriptor.fields)
    if (isDerivedByRecord(f) && isMarkedIn(state, f))
      for (const { reference } of pathsOf(descriptor, f.derivedFrom!)) {
        const id = state[reference.key];
        if (typeof id === 'string')
          found.set(reference.references!, [...(found.get(reference.references!) ?? []), id]);
      }
  return found;
}

function isMarkedIn(state: RecordState, f: FieldDescriptor): boolean {
  const { where } = f.derivedFrom!;
  return where === undefined || state[where] === true;
}

/** Whether a field that is told by record is derived in a record, or made of a value that is. */
export function isDerivedIn(state: RecordState, f: FieldDescriptor, descriptor: RecordDescriptor): boolean {
  return derivedByRecordBehind(descriptor, f).some((each) => isMarkedIn(state, each));
}

/** Whether the derived value is shown in every record of the object, by the rules that hold for all records. */
export function isToldEverywhere(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  rules: FieldRules,
  view: DerivedView,
): boolean {
  const behind = derivedByRecordBehind(descriptor, f);
  if (!behind.length) return true;
  return rules.sourcesClear(f.key) && behind.every((each) => isReachedEverywhere(each, descriptor, view));
}

/**
 * Whether the reader sees all records that a value is worked out of, and in all of them the fields that decide about it. True
 * for a value that is not worked out of the records that refer to its record.
 */
export function areCountedSeen({ derivedFrom }: FieldDescriptor, view: DerivedView): boolean {
  const { registry, snapshot } = view;
  const isSeen = (object: string, fields: readonly string[]) => {
    if (!registry.has(object, snapshot)) return false;
    const target = registry.forTenant(object, snapshot);
    const { allowed, scope, rules } = view.access.decide(object, 'read', snapshot);
    return (
      allowed &&
      !scope &&
      fields.every((key) => {
        const of = target.byKey.get(key);
        return of !== undefined && rules.canFilter(key) && isToldEverywhere(of, target, rules, view);
      })
    );
  };
  return (derivedFrom!.counts ?? []).every(({ objects, fields }) =>
    objects.every((object) => isSeen(object, fields)),
  );
}

/** Whether nobody with these rights is ever shown the value, in whatever record. */
export function isNeverTold(f: FieldDescriptor, descriptor: RecordDescriptor, view: DerivedView): boolean {
  return derivedByRecordBehind(descriptor, f).some((each) => !areCountedSeen(each, view));
}

/** Whether the reader sees the source fields in every record that the field's own paths can lead to. */
function isReachedEverywhere(f: FieldDescriptor, descriptor: RecordDescriptor, view: DerivedView): boolean {
  if (!areCountedSeen(f, view)) return false;
  return pathsOf(descriptor, f.derivedFrom!).every(({ reference, field }) => {
    const target = view.registry.forTenant(reference.references!, view.snapshot);
    const { allowed, scope, rules } = view.access.decide(target.key, 'read', view.snapshot);
    return (
      allowed &&
      !scope &&
      rules.canFilter(field) &&
      isToldEverywhere(target.byKey.get(field)!, target, rules, view)
    );
  });
}

/**
 * Returns a predicate over an alias of the object's table: whether the reader may see the fields of other records that
 * the field's own paths lead to. Undefined when that holds for every record. An empty reference withholds nothing.
 */
function reachedSql(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  view: DerivedView,
): string | undefined {
  if (!areCountedSeen(f, view)) return 'false';
  const guards = pathsOf(descriptor, f.derivedFrom!).flatMap(({ reference, field }) => {
    const target = view.registry.forTenant(reference.references!, view.snapshot);
    const { allowed, scope, rules } = view.access.decide(target.key, 'read', view.snapshot);
    const id = reference.storage.value(alias);
    if (!allowed || !rules.canFilter(field)) return [`${id} is null`];
    const far = `${alias}_${reference.key.toLowerCase()}`;
    const told = toldSql(target.byKey.get(field)!, target, far, parts, rules, view);
    const where = [
      ...(scope ? [scopeSql(scope, target, far, parts, view.clock)] : []),
      ...(told ? [told] : []),
    ];
    if (!where.length) return [];
    return [
      `(${id} is null or exists (select 1 from ${target.source} ${far} where ${far}.tenant_id = ${alias}.tenant_id and ${far}.id = ${id} and ${where.join(' and ')}))`,
    ];
  });
  return guards.length ? guards.join(' and ') : undefined;
}

/**
 * Returns a predicate over an alias of the object's table: the records in which the field is shown, because somebody
 * typed it or the reader sees what it is made of. Undefined when it is shown in all records. For filters, sorts,
 * searches and names, which follow the rules that hold for all records.
 */
export function toldSql(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  rules: FieldRules,
  view: DerivedView,
): string | undefined {
  const isClear = rules.sourcesClear(f.key);
  return everyTold(f, descriptor, alias, (each) =>
    isClear ? reachedSql(each, descriptor, alias, parts, view) : 'false',
  );
}

/**
 * Returns a predicate for the records in which each derivation behind the field is either none there, or told.
 * @param toldOf a predicate for the records in which the derivation is told; undefined for all
 */
function everyTold(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  alias: string,
  toldOf: (derived: FieldDescriptor) => string | undefined,
): string | undefined {
  const all = derivedByRecordBehind(descriptor, f).flatMap((each) => {
    const told = toldOf(each);
    if (told === undefined) return [];
    const mark = markSql(each, descriptor, alias);
    return [mark ? `(${mark} is not true or (${told}))` : `(${told})`];
  });
  return all.length ? all.join(' and ') : undefined;
}

/** Returns the column that says whether the value is derived in a record; undefined when it is in all. */
function markSql(f: FieldDescriptor, descriptor: RecordDescriptor, alias: string): string | undefined {
  const { where } = f.derivedFrom!;
  return where && descriptor.byKey.get(where)!.storage.value(alias);
}

/**
 * Returns the read plan's column for {@link visibilityIn}: null if somebody typed the value, else whether the reader
 * may see the other records that it is made of. Undefined when none of the reader's rules makes a difference.
 */
export function derivedColumn(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  rules: FieldRules,
  view: DerivedView,
): string | undefined {
  const behind = derivedByRecordBehind(descriptor, f);
  if (!behind.length || isToldEverywhere(f, descriptor, rules, view)) return undefined;
  const reached =
    everyTold(f, descriptor, alias, (each) => reachedSql(each, descriptor, alias, parts, view)) ?? 'true';
  const marks = behind.map((each) => markSql(each, descriptor, alias));
  return marks.includes(undefined)
    ? `(${reached})`
    : `case when ${marks.map((mark) => `${mark} is true`).join(' or ')} then (${reached}) end`;
}
