import {
  type Condition,
  type EvaluationClock,
  type FieldInfo,
  type FieldResolver,
  type SqlColumn,
  toSql,
} from '@pellucid/conditions';
import type { ObjectAccess, RecordScope, ScopeBranch } from './access-policy.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import type { QueryParts } from './query-parts.js';

/** What conditions have to know of a field. */
export function infoOf(f: FieldDescriptor): FieldInfo {
  return {
    key: f.key,
    type: f.type,
    scale: f.scale,
    ...(f.options && !f.references ? { options: f.options } : {}),
    ...(f.references ? { references: f.references } : {}),
    ...(f.cipher ? { encrypted: true } : {}),
  };
}

/** The SQL of a field over an alias of its table. */
export function columnSql(f: FieldDescriptor, alias: string): SqlColumn {
  if (f.link) return { value: f.link.value(alias), ...(f.link.norm ? { norm: f.link.norm(alias) } : {}) };
  const { cipher } = f;
  return {
    value: `${alias}.${f.column}`,
    ...(f.normColumn ? { norm: `${alias}.${f.normColumn}` } : {}),
    ...(cipher ? { formsOf: (norm: string) => cipher.norms(norm) } : {}),
  };
}

/** Resolves the object's own fields, whoever asks: what policies are made of. Dotted paths do not exist. */
export function ownFields(descriptor: RecordDescriptor): FieldResolver {
  return {
    field(path) {
      const f = path.length === 1 ? descriptor.byKey.get(path[0]!) : undefined;
      return f?.filterable ? infoOf(f) : undefined;
    },
  };
}

/** A condition on an object's own fields as SQL over an alias of its table. */
export function ownConditionSql(
  condition: Condition,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string {
  const fragment = toSql(condition, {
    firstParam: parts.params.length + 1,
    clock,
    resolver: ownFields(descriptor),
    column: (path) => columnSql(descriptor.byKey.get(path[0]!)!, alias),
  });
  parts.params.push(...fragment.params);
  return fragment.text;
}

/** Whether a record is shared with the scope's grantees, as SQL over an alias of its table. */
function sharedSql(
  shares: NonNullable<RecordScope['shares']>,
  object: string,
  alias: string,
  parts: QueryParts,
): string {
  return `exists (select 1 from record_share s where s.tenant_id = ${alias}.tenant_id and s.record_id = ${alias}.id and ${sharedWith(shares, object, parts)})`;
}

function sharedWith(shares: NonNullable<RecordScope['shares']>, object: string, parts: QueryParts): string {
  return [
    `s.object = ${parts.param(object)}`,
    `s.grantee_id = any(${parts.param(shares.grantees)}::uuid[])`,
    ...(shares.access === 'edit' ? [`s.access = 'edit'`] : []),
    '(s.until is null or s.until > now())',
  ].join(' and ');
}

/** A scope as a predicate over an alias of the object's table. */
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
  if (scope.shares) ways.push(sharedSql(scope.shares, descriptor.key, alias, parts));
  return ways.length ? `(${ways.join(' or ')})` : 'false';
}

/**
 * Predicate for a record one only names: its scope, and its name made of what one may see. Undefined when its name may
 * always be shown, null when never.
 */
export function nameGuard(
  access: ObjectAccess,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  clock: EvaluationClock,
): string | null | undefined {
  if (!access.allowed || !access.rules.nameVisible) return null;
  const guards: string[] = [];
  if (access.scope) guards.push(scopeSql(access.scope, descriptor, alias, parts, clock));
  if (!descriptor.nameFallbacks.every((key) => access.rules.canFilter(key)))
    guards.push(
      `(${descriptor.nameFields.map((key) => `coalesce(${alias}.${descriptor.byKey.get(key)!.column}, '') <> ''`).join(' or ')})`,
    );
  return guards.length ? guards.join(' and ') : undefined;
}

/** Whether each record one may see may be called by its name: then names may be looked up, and sorted by. */
export function namesAreClear(access: ObjectAccess, descriptor: RecordDescriptor): boolean {
  return (
    access.allowed &&
    access.rules.nameVisible &&
    descriptor.nameFallbacks.every((key) => access.rules.canFilter(key))
  );
}

/** Owners whose records a branch admits, where it says nothing else of whose they are. */
export function ownersOf(branch: ScopeBranch): string[] | undefined {
  const { reach } = branch;
  if (!reach || !('field' in reach) || reach.field !== 'owner' || reach.op !== 'in') return undefined;
  return reach.value as string[];
}

/** Owners past which a list walks its own index and looks at each row, rather than each owner's stretch of one. */
export const OWNER_STRETCHES = 40;

/**
 * A list within a scope as its branches: each owner's records come from that owner's stretch of an index, shared ones from
 * the shares, and each branch stops at the page's end. Undefined where the scope is of another kind.
 * @param page the branch's own page: `where` (predicates over `t`), `order`, `keys` (expressions sorted by) and `limit`
 * @returns SQL that gives ids and sort keys, with repetitions
 */
export function scopedPage(
  scope: RecordScope,
  descriptor: RecordDescriptor,
  parts: QueryParts,
  clock: EvaluationClock,
  page: { joins: string; where: string[]; order: string; keys: string[]; limit: number },
): string | undefined {
  const owners = scope.branches.map(ownersOf);
  if (owners.some((ids) => !ids || ids.length > OWNER_STRETCHES)) return undefined;
  const columns = ['t.id', ...page.keys.map((key, n) => `${key} as k${n}`)].join(', ');
  const branches = scope.branches.map((branch, n) => {
    const policy = branch.grant.permission.condition;
    const where = [
      ...page.where,
      't.owner_id = o.id',
      ...(policy ? [ownConditionSql(policy, descriptor, 't', parts, clock)] : []),
    ];
    return `select b${n}.* from unnest(${parts.param(owners[n])}::uuid[]) as o(id) cross join lateral (
              select ${columns} from ${descriptor.table} t ${page.joins} where ${where.join(' and ')} order by ${page.order} limit ${page.limit}) b${n}`;
  });
  if (scope.shares)
    branches.push(
      `(select ${columns} from ${descriptor.table} t ${page.joins}
         where t.id in (select s.record_id from record_share s where ${sharedWith(scope.shares, descriptor.key, parts)})
           and ${page.where.join(' and ')} order by ${page.order} limit ${page.limit})`,
    );
  return branches.join(' union all ');
}
