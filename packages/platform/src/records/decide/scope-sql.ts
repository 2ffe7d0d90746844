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
import type { RecordScope, ScopeBranch } from './access-policy.js';
import {
  comparedField,
  type FieldDescriptor,
  type RecordDescriptor,
  type RecordState,
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

/** Returns SQL for whether a record is shared with the scope's grantees, over an alias of its table. */
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
  if (scope.shares) ways.push(sharedSql(scope.shares, descriptor.key, alias, parts));
  return ways.length ? `(${ways.join(' or ')})` : 'false';
}

/**
 * Returns the shared records as a subquery that starts from the shares and looks up each record by its id, however many
 * others exist.
 * @param rows what to select of each (over `t`), and the predicates that it must fulfil
 */
export function sharedRows(
  shares: NonNullable<RecordScope['shares']>,
  descriptor: RecordDescriptor,
  parts: QueryParts,
  rows: { columns: string; joins: string; where: string[] },
): string {
  // As an array of ids, so that the planner can only look them up.
  return `(select ${rows.columns} from ${descriptor.table} t ${rows.joins}
    where t.id = any(array(select s.record_id from record_share s where ${sharedWith(shares, descriptor.key, parts)}))
      and ${rows.where.join(' and ')})`;
}

/** Returns the owners whose records a branch admits; undefined if it defines ownership in any other way. */
export function ownersOf(branch: ScopeBranch): string[] | undefined {
  const { reach } = branch;
  if (!reach || !('field' in reach) || reach.field !== 'owner' || reach.op !== 'in') return undefined;
  return reach.value as string[];
}

/**
 * With more owners than this, a list walks its own index and checks each row, instead of one stretch of an index per
 * owner.
 */
export const OWNER_STRETCHES = 40;

/** A page of a list that is being composed. */
export interface PageParts {
  /** Joins that the predicates and keys need. */
  joins: string;
  /** Predicates over `t`; the first binds the tenant. */
  where: string[];
  order: string;
  /** The same order over the columns `id` and `k0`, `k1` … of an alias. */
  orderOf: (alias: string) => string;
  /** Expressions that become the columns `k0`, `k1` … */
  keys: string[];
  limit: number;
}

const pageColumns = (page: PageParts) => ['t.*', ...page.keys.map((key, n) => `${key} as k${n}`)].join(', ');

/** Returns a page of a list, as a subquery of whole rows. */
export function plainPage(descriptor: RecordDescriptor, page: PageParts): string {
  return `(select ${pageColumns(page)} from ${descriptor.table} t ${page.joins}
    where ${page.where.join(' and ')} order by ${page.order} limit ${page.limit})`;
}

/**
 * Returns a page of a list within a scope, as a subquery of whole rows. Each owner's records come from that owner's
 * stretch of an index, shared ones from the shares; the stretches are merged in order, and each is read only as far as
 * the page needs. Undefined for other kinds of scope.
 */
export function scopedPage(
  scope: RecordScope,
  descriptor: RecordDescriptor,
  parts: QueryParts,
  clock: EvaluationClock,
  page: PageParts,
): string | undefined {
  const policies = new Map<string, (Condition | undefined)[]>();
  for (const branch of scope.branches) {
    const owners = ownersOf(branch);
    if (!owners) return undefined;
    for (const owner of owners)
      policies.set(owner, [...(policies.get(owner) ?? []), branch.grant.permission.condition]);
  }
  if (policies.size > OWNER_STRETCHES) return undefined;
  const stretches = [...policies].map(([owner, conditions]) => {
    const where = [...page.where, `t.owner_id = ${parts.param(owner)}::uuid`];
    if (conditions.every((c) => c !== undefined))
      where.push(
        `(${conditions.map((c) => ownConditionSql(c, descriptor, 't', parts, clock)).join(' or ')})`,
      );
    return plainPage(descriptor, { ...page, where });
  });
  if (scope.shares) {
    // Each record occurs once: what the stretches return is left out of the shares.
    const own = scopeSql({ ...scope, shares: null }, descriptor, 't', parts, clock);
    const keys = page.keys.map((key, n) => `${key} as k${n}`);
    const shared = sharedRows(scope.shares, descriptor, parts, {
      columns: ['t.id', ...keys].join(', '),
      joins: page.joins,
      where: [...page.where, `(${own}) is not true`],
    });
    // Whole rows are read only for records on the page.
    stretches.push(`(select t.*${page.keys.map((_, n) => `, heads.k${n}`).join('')}
        from (select * from ${shared} shared order by ${page.orderOf('shared')} limit ${page.limit}) heads
        join ${descriptor.table} t on ${page.where[0]} and t.id = heads.id
       order by ${page.orderOf('heads')})`);
  }
  return `(select * from (${stretches.join(' union all ')}) stretches order by ${page.orderOf('stretches')} limit ${page.limit})`;
}
