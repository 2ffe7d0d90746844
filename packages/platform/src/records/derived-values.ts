import type { EvaluationClock } from '@pellucid/conditions';
import type { TenantSnapshot } from '../access/index.js';
import type { FieldAccess, FieldRules, FieldVisibility } from './access-policy.js';
import type { Derivation, FieldDescriptor, RecordDescriptor, RecordState } from './descriptor.js';
import type { QueryParts } from './query-parts.js';
import type { RecordRegistry } from './registry.js';
import { scopeSql } from './scope-sql.js';

/**
 * Derived values: told to whoever sees what they are made of, and made only of what their author sees. A description says
 * what a field is made of (`derivedFrom`). What roles say of own sources is settled with the rules of a role; what depends on
 * the record (was it derived here, may the reader name the record it is made of?) is one more column of the read plan, and only
 * where a reader's rights leave the question open.
 */

/** For whom it is worked out which derived values are told. */
export interface DerivedView {
  registry: RecordRegistry;
  snapshot: TenantSnapshot;
  access: Pick<FieldAccess, 'decide'>;
  clock: EvaluationClock;
}

/** A field of another record that a value is made of. */
interface PathSource {
  /** Own reference that leads there. */
  reference: FieldDescriptor;
  /** Key of the field there. */
  field: string;
}

/** Own fields that a value is made of; of a path the reference it begins with. */
export function ownSourcesOf(derivation: Derivation): string[] {
  return [...new Set(derivation.from.map((source) => source.split('.')[0]!))];
}

function pathsOf(descriptor: RecordDescriptor, derivation: Derivation): PathSource[] {
  return derivation.from.flatMap((source) => {
    const [reference, field] = source.split('.');
    return field ? [{ reference: descriptor.byKey.get(reference!)!, field }] : [];
  });
}

/** Whether it takes the record to know if the value is told: it is derived only in some, or made of other records. */
export function isToldByRecord(f: FieldDescriptor): boolean {
  const { derivedFrom } = f;
  return (
    derivedFrom !== undefined &&
    (derivedFrom.where !== undefined || derivedFrom.from.some((s) => s.includes('.')))
  );
}

/** Whether the rules show everything of the own record that the field is made of, sources of sources included. */
export function areSourcesClear(
  descriptor: RecordDescriptor,
  key: string,
  isClear: (field: string) => boolean,
): boolean {
  const derivation = descriptor.byKey.get(key)?.derivedFrom;
  if (!derivation) return true;
  return ownSourcesOf(derivation).every(
    (source) => isClear(source) && areSourcesClear(descriptor, source, isClear),
  );
}

/** How a field of a record is shown: what the rules say, and nothing where it is made of what the reader does not see. */
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
 * The same for one record in memory: whether somebody under the rules sees what the field is made of.
 * @param sees whether they see a field of another record in clear
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

/** Ids of the records, by object, that derived values of a record are made of. */
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

/** Whether a value that is derived is told of each record of the object, by the rules that hold whatever the record. */
export function isToldEverywhere(
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  rules: FieldRules,
  view: DerivedView,
): boolean {
  if (!f.derivedFrom) return true;
  return rules.sourcesClear(f.key) && isReachedEverywhere(f, descriptor, view);
}

/** Whether the reader may know, of each record that a path of sources may lead to, the field that the value is made of. */
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
 * Predicate over an alias of the object's table: whether the reader may know the fields of other records that the value is
 * made of. Undefined where that holds for each record. A reference that leads nowhere has nothing to withhold.
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
    const id = reference.link ? reference.link.value(alias) : `${alias}.${reference.column}`;
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
 * Predicate over an alias of the object's table: the records of which the field is told, since somebody typed it or the reader
 * sees what it is made of. Undefined where it is told of each. For filters, sorts, searches and names, which go by the rules
 * that hold whatever the record.
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

/** Predicate for the records in which somebody typed the value; undefined where it is derived in each. */
function typedSql(f: FieldDescriptor, descriptor: RecordDescriptor, alias: string): string | undefined {
  const { where } = f.derivedFrom!;
  return where && `${alias}.${descriptor.byKey.get(where)!.column} is not true`;
}

/**
 * The column of a read plan for {@link visibilityIn}: null where somebody typed the value, else whether the reader may know
 * the other records it is made of. Undefined where the question does not arise, under any of the reader's rules.
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

/**
 * Checks what descriptions say of derived values.
 * @throws Error for a source that is no field, or a mark that is no stored boolean
 */
export function checkDerivations(registry: RecordRegistry): void {
  for (const descriptor of registry.all())
    for (const f of descriptor.fields) {
      if (!f.derivedFrom) continue;
      const refuse = (source: string, why: string) => {
        throw new Error(`${descriptor.key}: "${f.key}" is derived from "${source}", which ${why}`);
      };
      const { where, from } = f.derivedFrom;
      const mark = where === undefined ? undefined : descriptor.byKey.get(where);
      if (where !== undefined && (mark?.type !== 'boolean' || !mark.column))
        throw new Error(
          `${descriptor.key}: "${f.key}" is derived where "${where}", which is no stored boolean field`,
        );
      for (const source of from) {
        const [own, far, ...rest] = source.split('.');
        const reference = descriptor.byKey.get(own!);
        if (!reference) refuse(source, 'is no field');
        if (rest.length) refuse(source, 'leads further than one reference');
        if (
          far !== undefined &&
          (reference!.type !== 'reference' || !registry.get(reference!.references!).byKey.has(far))
        )
          refuse(source, 'leads to no field');
      }
      walk(descriptor, f.key, []);
    }
}

function walk(descriptor: RecordDescriptor, key: string, way: string[]): void {
  if (way.includes(key))
    throw new Error(`${descriptor.key}: "${key}" is derived from itself, by ${way.join(', ')}`);
  const derivation = descriptor.byKey.get(key)!.derivedFrom;
  for (const source of derivation ? ownSourcesOf(derivation) : []) walk(descriptor, source, [...way, key]);
}
