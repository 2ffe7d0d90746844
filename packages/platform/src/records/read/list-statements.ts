import {
  type FilterContext,
  type ObjectAccess,
  openedRows,
  ownersOf,
  plainPage,
  scopedPage,
  withoutOpened,
  scopeSql,
} from '../decide/index.js';
import { isBlankText } from '@pellucid/conditions';
import { requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { CursorPosition } from './cursor.js';
import {
  afterPosition,
  filterSql,
  isTextMatch,
  type MatchedPage,
  orderBy,
  type parseFilter,
  parseSort,
  QueryParts,
  QUICK_SEARCH_CAP,
  quickSearchSql,
  type SortKey,
} from './list-query.js';
import { openerIn, withinSql } from './opening-filter.js';
import type { ReadPlan } from './read-plan.js';

/** Highest count returned unless an exact one is requested. */
export const COUNT_CAP = 1000;

/** What a list request asks for, and for whom. */
export interface AskedPage {
  context: FilterContext;
  plan: ReadPlan;
  access: ObjectAccess;
  filter: ReturnType<typeof parseFilter>;
  q: string | undefined;
  sort: string | undefined;
  deleted: boolean;
}

/**
 * Returns the statement of a page, or of one of its stretches.
 * @param stretch `values` or `nulls` of the only sort key, or all
 * @param want maximum number of rows
 * @param from the position after which it starts
 */
export function pageStatement(
  { context, plan, access, filter, q, sort, deleted }: AskedPage,
  stretch: 'all' | 'values' | 'nulls',
  want: number,
  from: CursorPosition | undefined,
): Statement {
  const parts = plan.parts();
  const keys = parseSort(sort, context, parts);
  const k = keys[0]!;
  const isCut =
    filter !== undefined &&
    isBlankText(q ?? '') &&
    !access.scope &&
    keys.length === 1 &&
    k.column !== undefined &&
    (stretch === 'values' || (stretch === 'all' && k.notNull)) &&
    isTextMatch(filter, context);
  const cut = isCut ? { column: k.column!, descending: k.descending, limit: want, from } : undefined;
  const where = matching(context, parts, filter, q, deleted, QUICK_SEARCH_CAP, cut);
  if (stretch === 'values') where.push(`${k.expression} is not null`);
  if (stretch === 'nulls') where.push(`${k.expression} is null`);
  const effective: SortKey[] =
    stretch === 'values'
      ? [{ ...k, notNull: true }]
      : stretch === 'nulls'
        ? [{ key: 'id', descending: k.descending, expression: 't.id', cast: 'uuid', notNull: true }]
        : keys;
  if (from) where.push(afterPosition(effective, from, parts));
  const page = {
    joins: joinsOf(parts),
    where,
    order: orderBy(effective),
    orderOf: (alias: string) =>
      [
        ...effective.map(
          (e, n) => `${alias}.k${n}${e.descending ? ' desc' : ''}${e.notNull ? '' : ' nulls last'}`,
        ),
        `${alias}.id${effective.at(-1)!.descending ? ' desc' : ''}`,
      ].join(', '),
    // The cursor's values follow the sort expressions if they differ from them.
    keys: [...effective, ...(stretch === 'nulls' ? keys : [])].map((e) => e.expression),
    limit: want,
  };
  const opener = openerIn(filter, access.scope);
  const scoped =
    access.scope && !opener
      ? scopedPage(access.scope, context.descriptor, parts, context.clock, page)
      : undefined;
  if (access.scope && !scoped) where.push(withinSql(access.scope, opener, context, parts));
  const held = keys.map((_, n) => `(t.k${stretch === 'nulls' ? n + 1 : n})::text`).join(', ');
  return {
    // Names and links are looked up for the rows of the page only, however many rows match.
    ...parts.statement(`select ${plan.select}, ${held} from ${scoped ?? plainPage(context.descriptor, page)} t
            order by ${page.orderOf('t')}`),
    rowMode: 'array',
    // Which index suits a filter depends on its values, and where to start with a joined table on the tenant's numbers of
    // rows. An order of the own rows alone always has the same plan, and a cut match is always a few look-ups.
    plannedOnce:
      (!filter || isCut) &&
      isBlankText(q ?? '') &&
      (!access.scope || scoped !== undefined) &&
      parts.joins.size === 0,
  };
}

/**
 * Returns the WHERE clause for everything that a list finds: tenant, undeleted records, scope, filter and search. Joins
 * of dotted paths are added to the parts.
 * @param cap see {@link quickSearchSql}
 */
export function listWhere(
  context: FilterContext,
  parts: QueryParts,
  filter: ReturnType<typeof parseFilter>,
  q: string | undefined,
  deleted: boolean,
  cap: number | null = null,
): string[] {
  const where = matching(context, parts, filter, q, deleted, cap);
  const { allowed, scope } = context.access.decide(context.descriptor.key, 'read', context.snapshot);
  if (!allowed) where.push('false');
  else if (scope) where.push(withinSql(scope, openerIn(filter, scope), context, parts));
  return where;
}

/** The same without the scope. */
function matching(
  context: FilterContext,
  parts: QueryParts,
  filter: ReturnType<typeof parseFilter>,
  q: string | undefined,
  deleted: boolean,
  cap: number | null,
  cut?: MatchedPage,
): string[] {
  const where = [
    `t.tenant_id = ${parts.param(requireTenant())}::uuid`,
    `t.deleted_at is ${deleted ? 'not ' : ''}null`,
  ];
  if (filter) where.push(filterSql(filter, context, parts, deleted, cut));
  if (q && !isBlankText(q)) where.push(...quickSearchSql(q, context, parts, deleted, cap));
  return where;
}

/** What a list finds: the part of a request that counts and sums share with it. */
export interface Finding {
  filter: ReturnType<typeof parseFilter>;
  q: string | undefined;
  deleted: boolean;
  /** See {@link quickSearchSql}. */
  cap: number | null;
}

/**
 * Returns everything that a list finds, as a subquery. Each record occurs once. Own records and those
 * that are shared or linked come from separate indexes if the scope allows it: an OR of both would examine every record.
 * Then the others follow own ones, and are not examined once the limit is reached.
 * @param columns expressions over `t` and the joins of the parts
 * @param most maximum number of rows; null for all
 * @returns the subquery, and whether its best plan is the same for everybody with such a scope
 */
export function foundRows(
  context: FilterContext,
  parts: QueryParts,
  finding: Finding,
  columns: string[],
  most: number | null = null,
): { sql: string; hasOnePlan: boolean } {
  const { descriptor } = context;
  const { filter, q, deleted, cap } = finding;
  const limit = most === null ? '' : ` limit ${most}`;
  const { scope } = context.access.decide(descriptor.key, 'read', context.snapshot);
  const isUnfiltered = !filter && isBlankText(q ?? '');
  const selected = columns.join(', ');
  const isSplit = scope && !openerIn(filter, scope) && scope.branches.every(ownersOf);
  if (!isSplit || !(scope.shares || scope.inherited)) {
    const where = listWhere(context, parts, filter, q, deleted, cap);
    return {
      sql: `(select ${selected} from ${descriptor.source} t ${joinsOf(parts)} where ${where.join(' and ')}${limit})`,
      hasOnePlan: isUnfiltered && !scope,
    };
  }
  const where = matching(context, parts, filter, q, deleted, cap);
  const joins = joinsOf(parts);
  const own = scopeSql(withoutOpened(scope), descriptor, 't', parts, context.clock);
  const opened = openedRows(scope, descriptor, parts, context.clock, {
    columns: selected,
    joins,
    where: [...where, `(${own}) is not true`],
    end: limit,
  });
  return {
    sql: `(select * from (select ${selected} from ${descriptor.source} t ${joins} where ${where.join(' and ')} and ${own}${limit}) own
             union all select * from ${opened} opened${limit})`,
    hasOnePlan: isUnfiltered,
  };
}

/** Returns the statement that counts what a list finds for its actor. */
export function countStatement(
  context: FilterContext,
  filter: ReturnType<typeof parseFilter>,
  q: string | undefined,
  deleted: boolean,
  mode: 'capped' | 'exact',
): Statement {
  const parts = new QueryParts();
  const most = capOf(mode);
  const found = foundRows(context, parts, { filter, q, deleted, cap: most }, ['t.id'], most);
  return {
    ...parts.statement(`select count(*) as n from ${found.sql} as first_rows`),
    plannedOnce: found.hasOnePlan,
  };
}

/** A capped count needs one match more than it reports, to know whether there are more. */
const capOf = (mode: 'capped' | 'exact') => (mode === 'exact' ? null : COUNT_CAP + 1);

/** Returns the joins that conditions and sorts have added. */
export function joinsOf(parts: QueryParts): string {
  return [...parts.joins.values()].map((j) => j.sql).join(' ');
}
