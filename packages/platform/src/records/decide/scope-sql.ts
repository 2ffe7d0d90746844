import {
  type Condition,
  type EvaluationClock,
  type FieldInfo,
  type FieldReader,
  type FieldResolver,
  readerOf,
  type SqlFieldAccess,
  toSql,
} from '@pellucid/conditions';
import type { Inheritance, OpeningLink, RecordScope } from './access-policy.js';
import {
  comparedField,
  type FieldDescriptor,
  type LinkEnds,
  type RecordDescriptor,
  type RecordState,
  refersTo,
} from '../describe/index.js';
import type { QueryParts } from './query-parts.js';

/** Returns what conditions need to know about a field. */
export function infoOf(f: FieldDescriptor): FieldInfo {
  return {
    key: f.key,
    type: f.type,
    scale: f.scale,
    ...(f.options && !f.references ? { options: f.options } : {}),
    ...(f.references ? { references: f.references } : {}),
    ...(f.cipher ? { encrypted: true } : {}),
    textForm: f.form,
  };
}

/** Returns the SQL of what conditions compare of a field, over an alias of its object's table. */
export function columnSql(descriptor: RecordDescriptor, of: FieldDescriptor, alias: string): SqlFieldAccess {
  const f = comparedField(descriptor, of);
  const { cipher, storage } = f;
  const forms = cipher ? { formsOf: (norm: string) => cipher.norms(norm) } : {};
  const { among } = storage;
  return {
    value: storage.value(alias),
    ...(storage.norm ? { norm: storage.norm(alias) } : {}),
    ...forms,
    ...(storage.link ? { link: storage.link(alias) } : {}),
    ...(among
      ? {
          exists: (test) =>
            among(alias, (value, link) => test({ value, norm: value, ...forms, ...(link ? { link } : {}) })),
          // An index holds a value of a record, or one element of its list.
          isElement: f.traits.isList,
        }
      : {}),
  };
}

/** Resolves the object's own fields, for any actor; policies use only these. Dotted paths are unknown. */
export function ownFields(descriptor: RecordDescriptor): FieldResolver {
  return {
    field(path) {
      const f = path.length === 1 ? descriptor.byKey.get(path[0]!) : undefined;
      return f?.filterable ? infoOf(f) : undefined;
    },
  };
}

/** Returns a reader for what conditions compare of a record in memory: the counterpart of {@link columnSql}. */
export function comparedReader(descriptor: RecordDescriptor, state: RecordState): FieldReader {
  const read = readerOf(state);
  return (path) => {
    const f = path.length === 1 ? descriptor.byKey.get(path[0]!) : undefined;
    return read(f?.comparedBy === undefined ? path : [f.comparedBy]);
  };
}

/** Compiles a condition on an object's own fields to SQL over an alias of its table. */
export function ownConditionSql(
  condition: Condition,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string {
  return toSql(condition, {
    param: (value) => parts.param(value),
    clock,
    resolver: ownFields(descriptor),
    column: (path) => columnSql(descriptor, descriptor.byKey.get(path[0]!)!, alias),
  });
}

/** Returns SQL for the policies of a scope's branches; undefined if one of them has none. */
export function policySql(
  { branches }: RecordScope,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string | undefined {
  const policies = branches.flatMap((b) => b.grant.permission.condition ?? []);
  if (policies.length < branches.length) return undefined;
  return `(${policies.map((p) => ownConditionSql(p, descriptor, alias, parts, clock)).join(' or ')})`;
}

/** Returns SQL for whether a record opens those linked to it, over an alias of its table. */
export function opensSql(
  { parent, scopes }: OpeningLink,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string {
  const within = scopes.map((scope) => scopeSql(scope, parent, alias, parts, clock));
  return [`${alias}.deleted_at is null`, ...within].join(' and ');
}

/** Returns the two ends of a link that opens records, for an alias of their table. */
export function openingEnds({ field, parent }: OpeningLink, alias: string, nth: number): LinkEnds {
  const { key: object, source } = parent;
  return { storage: field.storage, record: alias, target: { object, source, alias: `${alias}_${nth}` } };
}

/** Returns SQL for whether a record is linked to one that opens it. */
function linkedSql({ links }: Inheritance, alias: string, parts: QueryParts, clock: EvaluationClock): string {
  const ways = links.map((link, nth) => {
    const ends = openingEnds(link, alias, nth);
    return refersTo(ends, opensSql(link, ends.target.alias, parts, clock));
  });
  return `(${ways.join(' or ')})`;
}

/** Returns SQL for whether a record is shared or linked to one that opens it: without the scope's own reach. */
export function openedSql(
  scope: RecordScope,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string | undefined {
  const ways: string[] = [];
  if (scope.shares) ways.push(sharedSql(scope.shares, descriptor.key, alias, parts));
  if (scope.inherited) {
    const policy = policySql(scope, descriptor, alias, parts, clock);
    const linked = linkedSql(scope.inherited, alias, parts, clock);
    ways.push(policy ? `(${policy} and ${linked})` : linked);
  }
  return ways.length ? ways.join(' or ') : undefined;
}

/** Returns SQL for whether a record is shared with the scope's grantees, over an alias of its table. */
function sharedSql(
  shares: NonNullable<RecordScope['shares']>,
  object: string,
  alias: string,
  parts: QueryParts,
): string {
  return `exists (select 1 from record_share s where s.tenant_id = ${alias}.tenant_id and s.record_id = ${alias}.id and ${sharedWith(shares, object, parts)})`;
}

/** Returns predicates for the shares `s` that count. */
export function sharedWith(
  shares: NonNullable<RecordScope['shares']>,
  object: string,
  parts: QueryParts,
): string {
  return [
    `s.object = ${parts.param(object)}`,
    `s.grantee_id = any(${parts.param(shares.grantees)}::uuid[])`,
    ...(shares.access === 'edit' ? [`s.access = 'edit'`] : []),
    '(s.until is null or s.until > now())',
  ].join(' and ');
}

/** Compiles a scope to a predicate over an alias of the object's table. */
export function scopeSql(
  scope: RecordScope,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string {
  const ways = scope.branches.map((b) =>
    b.condition ? ownConditionSql(b.condition, descriptor, alias, parts, clock) : 'true',
  );
  const opened = openedSql(scope, descriptor, alias, parts, clock);
  if (opened) ways.push(opened);
  return ways.length ? `(${ways.join(' or ')})` : 'false';
}

/** Returns a scope without the records that are only shared or that only linked records open. */
export const withoutOpened = (scope: RecordScope): RecordScope => ({
  ...scope,
  shares: null,
  inherited: null,
});
