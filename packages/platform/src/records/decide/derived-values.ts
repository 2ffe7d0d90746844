import {
  type Derivation,
  type FieldDescriptor,
  ownSourcesOf,
  partOf,
  type RecordDescriptor,
  type RecordRegistry,
  type RecordState,
} from '../describe/index.js';
import type { EvaluationClock } from '@pellucid/conditions';
import type { TenantSnapshot } from '../../access/index.js';
import type { FieldAccess, FieldRules, FieldVisibility } from './access-policy.js';
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
    const [reference, field] = source.split('.');
    return field ? [{ reference: descriptor.byKey.get(reference!)!, field }] : [];
  });
}

/**
 * Whether it depends on the record if the value is shown: it is derived only in some records, or made of other records.
 */
export function isToldByRecord(f: FieldDescriptor): boolean {
  const { derivedFrom } = f;
  return (
    derivedFrom !== undefined &&
    (derivedFrom.where !== undefined || derivedFrom.from.some((s) => s.includes('.')))
  );
}

/**
 * Whether the rules show all of the record's own fields that the field is made of, including the sources of sources.
 */
export function areSourcesClear(
  descriptor: RecordDescriptor,
  key: string,
  isClear: (field: string) => boolean,
): boolean {
  const derivation = partOf(descriptor, key)?.derivedFrom;
  if (!derivation) return true;
  return ownSourcesOf(derivation).every(
    (source) => isClear(source) && areSourcesClear(descriptor, source, isClear),
  );
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
 */
export function isToldIn(
  state: RecordState,
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  rules: FieldRules,
  sees: (object: string, id: string, field: string) => boolean,
): boolean {
  if (!isToldByRecord(f) || !isDerivedIn(state, f)) return true;
  return (
    rules.sourcesClear(f.key) &&
    pathsOf(descriptor, f.derivedFrom!).every(({ reference, field }) => {
      const id = state[reference.key];
      return typeof id !== 'string' || sees(reference.references!, id, field);
    })
  );
}

/** Returns the ids, by object, of the records that a record's derived values are made of. */
export function sourceRecordsOf(state: RecordState, descriptor: RecordDescriptor): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const f of descriptor.fields)
    if (isToldByRecord(f) && isDerivedIn(state, f))
      for (const { reference } of pathsOf(descriptor, f.derivedFrom!)) {
        const id = state[reference.key];
        if (typeof id === 'string')
          found.set(reference.references!, [...(found.get(reference.references!) ?? []), id]);
      }
  return found;
}

function isDerivedIn(state: RecordState, f: FieldDescriptor): boolean {
  const { where } = f.derivedFrom!;
  return where === undefined || state[where] === true;
}

/** Whether the derived value is shown in every record of the object, by the rules that hold for all records. */
export function isToldEverywhere(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  rules: FieldRules,
  view: DerivedView,
): boolean {
  if (!f.derivedFrom) return true;
  return rules.sourcesClear(f.key) && isReachedEverywhere(f, descriptor, view);
}

/** Whether the reader sees the source field in every record that the path can lead to. */
export function isReachedEverywhere(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  view: DerivedView,
): boolean {
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
 * the value is made of. Undefined when that holds for every record. An empty reference withholds nothing.
 */
export function reachedSql(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  view: DerivedView,
): string | undefined {
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
      `(${id} is null or exists (select 1 from ${target.table} ${far} where ${far}.tenant_id = ${alias}.tenant_id and ${far}.id = ${id} and ${where.join(' and ')}))`,
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
  if (!isToldByRecord(f)) return undefined;
  const reached = rules.sourcesClear(f.key) ? reachedSql(f, descriptor, alias, parts, view) : 'false';
  if (reached === undefined) return undefined;
  const typed = typedSql(f, descriptor, alias);
  return typed ? `(${typed} or (${reached}))` : `(${reached})`;
}

/**
 * Returns a predicate for the records in which somebody typed the value; undefined when it is derived in all records.
 */
function typedSql(f: FieldDescriptor, descriptor: RecordDescriptor, alias: string): string | undefined {
  const { where } = f.derivedFrom!;
  return where && `${descriptor.byKey.get(where)!.storage.value(alias)} is not true`;
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
  if (!isToldByRecord(f) || isToldEverywhere(f, descriptor, rules, view)) return undefined;
  const reached = reachedSql(f, descriptor, alias, parts, view) ?? 'true';
  const typed = typedSql(f, descriptor, alias);
  return typed ? `case when not (${typed}) then (${reached}) end` : `(${reached})`;
}
