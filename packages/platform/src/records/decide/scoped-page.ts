import type { EvaluationClock, Condition } from '@pellucid/conditions';
import { requireTenant } from '../../context/index.js';
import { type RecordDescriptor, referringIds } from '../describe/index.js';
import type { RecordScope, ScopeBranch } from './access-policy.js';
import type { QueryParts } from './query-parts.js';
import {
  openedSql,
  openingEnds,
  opensSql,
  ownConditionSql,
  policySql,
  scopeSql,
  sharedWith,
  withoutOpened,
} from './scope-sql.js';

/** What a select of records consists of, over `t`. */
interface SelectedRows {
  columns: string;
  joins: string;
  where: string[];
  /** Order and limit that the caller applies to the rows anyway; it lets a walk through an index end early. */
  end?: string;
}

/**
 * Up to so many shared and linked records are looked up by their ids. If there are more, a list walks its own index and
 * checks each row, because a page is soon full.
 */
const MOST_LOOKED_UP = 2_000;

/**
 * Returns the records that are shared or that linked records open, as a subquery. It starts from the shares and from the
 * linked records, and looks up each record by its id, however many others exist. Undefined if nothing opens records.
 * @param end see {@link SelectedRows}
 */
export function openedRows(
  scope: RecordScope,
  descriptor: RecordDescriptor,
  parts: QueryParts,
  clock: EvaluationClock,
  { columns, joins, where, end = '' }: SelectedRows,
): string | undefined {
  const select = (...predicates: string[]) =>
    `select ${columns} from ${descriptor.source} t ${joins} where ${[...predicates, ...where].join(' and ')}`;
  const shared = scope.shares && sharedIds(scope.shares, descriptor, parts);
  // As an array of ids, so that the planner can only look them up.
  if (!scope.inherited) return shared ? `(${select(`t.id = any(array(${shared}))`)})` : undefined;
  const ids = new CandidateIds(parts, clock);
  const opened = ids.named(ids.opened(scope, descriptor));
  const isOpen = openedSql(scope, descriptor, 't', parts, clock);
  // Policies alone keep the ids from being exactly those of opened records.
  const isExact = policySql(scope, descriptor, 't', parts, clock) === undefined;
  // Within a select of its own, the check is planned for one row. Otherwise all linked records would be read for a page.
  const checked = end ? `(select ${isOpen})` : `(${isOpen})`;
  return `(with ${ids.tables.join(', ')}
    (${select(ids.areFew(), `t.id = any(array(select id from ${opened}))`, ...(isExact ? [] : [`(${isOpen})`]))})
    union all
    (${select(`not (${ids.areFew()})`, checked)} ${end}))`;
}

/** Returns a select of the ids of the records that shares open. */
function sharedIds(
  shares: NonNullable<RecordScope['shares']>,
  descriptor: RecordDescriptor,
  parts: QueryParts,
): string {
  return `select s.record_id from record_share s where ${sharedWith(shares, descriptor.key, parts)}`;
}

/**
 * Finds the ids of records that may be in a scope, starting from owners, shares and linked records by their indexes. Each
 * step is a table of at most {@link MOST_LOOKED_UP} ids, and one more that says that they are too many. The ids may include
 * others than those in the scope, so its predicate must be checked as well.
 */
class CandidateIds {
  /** Tables for WITH. */
  readonly tables: string[] = [];
  private readonly names: string[] = [];
  private readonly known = new Map<RecordScope, string>();
  private readonly tenant: string;

  constructor(
    private readonly parts: QueryParts,
    private readonly clock: EvaluationClock,
  ) {
    this.tenant = parts.param(requireTenant());
  }

  /** Makes a select of ids a table and returns its name. */
  named(select: string): string {
    const name = `ids${this.names.length}`;
    this.names.push(name);
    this.tables.push(
      `${name} as materialized (select * from (${select}) found(id) limit ${MOST_LOOKED_UP + 1})`,
    );
    return name;
  }

  /** Returns a predicate for whether all steps found all ids. */
  areFew(names = this.names): string {
    return names.map((name) => `(select count(*) from ${name}) <= ${MOST_LOOKED_UP}`).join(' and ');
  }

  /** Returns a select of the ids of records that are shared, or linked to records that open them. */
  opened({ shares, inherited }: RecordScope, descriptor: RecordDescriptor): string {
    const linked = inherited?.links.map((link, nth) => {
      const ends = openingEnds(link, 'f', nth);
      const { alias } = ends.target;
      const [within] = link.scopes;
      const parents = within && this.within(within, link.parent);
      const test = [
        ...(parents ? [this.areFew([parents]), `${alias}.id = any(array(select id from ${parents}))`] : []),
        opensSql(link, alias, this.parts, this.clock),
      ];
      return referringIds(ends, descriptor.source, this.tenant, test.join(' and '));
    });
    const shared = shares ? [sharedIds(shares, descriptor, this.parts)] : [];
    return [...shared, ...(linked ?? [])].join(' union all ');
  }

  /** Returns the table of the ids of records in a scope; undefined if no index leads to them. */
  private within(scope: RecordScope, descriptor: RecordDescriptor): string | undefined {
    const known = this.known.get(scope);
    if (known) return known;
    const owners = scope.branches.map(ownersOf);
    if (!owners.every((some) => some !== undefined)) return undefined;
    const all = this.parts.param([...new Set(owners.flat())]);
    // One owner after the other, in the order of an index: a plan for any owners would read the table until it has enough.
    const own = `select p.id from unnest(${all}::uuid[]) o(id) cross join lateral (
      select p.id from ${descriptor.source} p where p.tenant_id = ${this.tenant}::uuid and p.owner_id = o.id
       order by p.created_at, p.id limit ${MOST_LOOKED_UP + 1}) p`;
    const opened = this.opened(scope, descriptor);
    const name = this.named([own, opened].filter(Boolean).join(' union all '));
    this.known.set(scope, name);
    return name;
  }
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
  return `(select ${pageColumns(page)} from ${descriptor.source} t ${page.joins}
    where ${page.where.join(' and ')} order by ${page.order} limit ${page.limit})`;
}

/**
 * Returns a page of a list within a scope, as a subquery of whole rows. Each owner's records come from that owner's
 * stretch of an index, shared and linked ones as {@link openedRows} says; the stretches are merged in order, and each is read only as far as
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
  // Each record occurs once: what the stretches return is left out of what is opened.
  const own = scopeSql(withoutOpened(scope), descriptor, 't', parts, clock);
  const opened = openedRows(scope, descriptor, parts, clock, {
    columns: ['t.id', ...page.keys.map((key, n) => `${key} as k${n}`)].join(', '),
    joins: page.joins,
    where: [...page.where, `(${own}) is not true`],
    end: `order by ${page.order} limit ${page.limit}`,
  });
  // Whole rows are read only for records on the page.
  if (opened)
    stretches.push(`(select t.*${page.keys.map((_, n) => `, heads.k${n}`).join('')}
        from (select * from ${opened} opened order by ${page.orderOf('opened')} limit ${page.limit}) heads
        join ${descriptor.source} t on ${page.where[0]} and t.id = heads.id
       order by ${page.orderOf('heads')})`);
  return `(select * from (${stretches.join(' union all ')}) stretches order by ${page.orderOf('stretches')} limit ${page.limit})`;
}
