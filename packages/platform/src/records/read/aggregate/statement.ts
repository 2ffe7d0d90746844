import type { Condition } from '@pellucid/conditions';
import { requireTenant } from '../../../context/index.js';
import type { Statement } from '../../../db/tenant-pool.js';
import { type FilterContext, isPersonal, type QueryParts } from '../../decide/index.js';
import { foundRows } from '../list-statements.js';
import type { AggregatedField } from './aggregated-fields.js';
import { type Dimension, namesJoin, type NamesJoin } from './dimensions.js';
import type { Measure } from './measures.js';
import type { AggregateSort } from './request.js';

/** A request whose fields have been found and whose rights have been checked. */
export interface PlannedAggregate {
  context: FilterContext;
  /** What the expressions of dimensions and measures were composed in. */
  parts: QueryParts;
  dimensions: Dimension[];
  measures: Measure[];
  filter: Condition | undefined;
  q: string | undefined;
  sort: AggregateSort[];
  limit: number;
}

/** Columns of the found rows and of the answers. `n` and `m` are indexes of dimensions and measures. */
export const COLUMNS = {
  value: (n: number) => `g${n}`,
  spelling: (n: number) => `s${n}`,
  name: (n: number) => `name${n}`,
  measured: (m: number) => `m${m}`,
  component: (m: number, c: number) => `m${m}c${c}`,
  total: (m: number, c: number) => `t${m}c${c}`,
  /** Id of the record that holds a personal value; in answers, the ids of all that hold one of the group's. */
  holder: (p: number) => `p${p}`,
};

/** Returns the fields whose values are shown, singly or by a figure that may be one record's. */
export function shownFieldsOf({ dimensions, measures }: PlannedAggregate): AggregatedField[] {
  return [
    ...dimensions.map(({ field }) => field),
    ...measures.flatMap((m) => (m.isShowing && m.field ? [m.field] : [])),
  ];
}

/** Returns those of them that are personal. */
export function personalFieldsOf(plan: PlannedAggregate): AggregatedField[] {
  return shownFieldsOf(plan).filter(
    ({ object, field }) => field && isPersonal(object.key, field, plan.context.snapshot),
  );
}

/**
 * Whether the groups' figures add up to those of all records. They do not if a record is in several groups, or if values
 * are counted once however often they occur.
 */
export function isAdditive(plan: PlannedAggregate): boolean {
  return (
    plan.dimensions.length > 0 &&
    !plan.dimensions.some((d) => d.isSet) &&
    plan.measures.every((m) => m.components.every((c) => c.merge)) &&
    !personalFieldsOf(plan).length
  );
}

/** Returns the statement of the groups, one more than the limit if there are more. */
export function groupsStatement(plan: PlannedAggregate): Statement {
  const { context, dimensions, measures, limit } = plan;
  const parts = plan.parts.fork();
  const tenant = `${parts.param(requireTenant())}::uuid`;
  const found = foundOf(plan, parts);
  const keys = dimensions.map(({ isSet }, n) => (isSet ? `e${n}.value` : `f.${COLUMNS.value(n)}`));
  const grouped = [
    ...keys.map((key, n) => `${key} as ${COLUMNS.value(n)}`),
    ...dimensions.flatMap((d, n) =>
      d.spelling ? `min(f.${COLUMNS.spelling(n)}) as ${COLUMNS.spelling(n)}` : [],
    ),
    ...figures(plan),
  ];
  const elements = dimensions.flatMap((d, n) => (d.isSet ? elementsJoin(n) : []));
  const names = dimensions.map((d, n) =>
    namesJoin(d, `g.${COLUMNS.value(n)}`, `r${n}`, tenant, context, parts),
  );
  const totals = isAdditive(plan)
    ? [
        'sum(g.n) over () as tn',
        ...measures.flatMap((measure, m) =>
          measure.components.map(
            ({ merge }, c) => `${merge}(g.${COLUMNS.component(m, c)}) over () as ${COLUMNS.total(m, c)}`,
          ),
        ),
      ]
    : [];
  const selected = [
    'g.*',
    ...names.flatMap((join, n) => (join ? `${join.name} as ${COLUMNS.name(n)}` : [])),
    ...totals,
  ];
  return {
    ...parts.statement(
      `select ${selected.join(', ')}
         from (select ${grouped.join(', ')} from ${found.sql} f ${elements.join(' ')} group by ${keys.join(', ')}) g
         ${names.map((join) => join?.sql ?? '').join(' ')}
        order by ${orderOf(plan, names)} limit ${limit + 1}`,
    ),
    plannedOnce: found.hasOnePlan,
  };
}

/** Returns the statement of the figures over all records. */
export function totalsStatement(plan: PlannedAggregate): Statement {
  const parts = plan.parts.fork();
  const found = foundOf(plan, parts);
  return {
    ...parts.statement(`select ${figures(plan).join(', ')} from ${found.sql} f`),
    plannedOnce: found.hasOnePlan,
  };
}

/** Returns the found rows, reduced to what groups and measures need. */
function foundOf(plan: PlannedAggregate, parts: QueryParts) {
  const { context, dimensions, measures, filter, q } = plan;
  const columns = [
    ...dimensions.map(({ value }, n) => `${value} as ${COLUMNS.value(n)}`),
    ...dimensions.flatMap(({ spelling }, n) => (spelling ? `${spelling} as ${COLUMNS.spelling(n)}` : [])),
    ...measures.flatMap(({ field, value }, m) => (field ? `${value} as ${COLUMNS.measured(m)}` : [])),
    ...personalFieldsOf(plan).map(({ alias }, p) => `${alias}.id as ${COLUMNS.holder(p)}`),
  ];
  return foundRows(
    context,
    parts,
    { filter, q, deleted: false, cap: null },
    columns.length ? columns : ['t.id'],
  );
}

/** Returns the number of records and the components of all measures. */
function figures(plan: PlannedAggregate): string[] {
  return [
    'count(*) as n',
    ...plan.measures.flatMap(({ field, value, components }, m) =>
      components.map(
        (c, i) => `${c.sql(field ? `f.${COLUMNS.measured(m)}` : value)} as ${COLUMNS.component(m, i)}`,
      ),
    ),
    ...personalFieldsOf(plan).map(
      (_, p) => `array_agg(distinct f.${COLUMNS.holder(p)}) as ${COLUMNS.holder(p)}`,
    ),
  ];
}

/** Joins the elements of a set, each once. A record without any is in the group null. */
const elementsJoin = (n: number) =>
  `left join lateral (select distinct u.element collate "C" as value from unnest(f.${COLUMNS.value(n)}) as u(element)) e${n} on true`;

/** Returns ORDER BY: as requested, then by the keys, so that the order is always the same. */
function orderOf({ dimensions, measures, sort }: PlannedAggregate, names: (NamesJoin | undefined)[]): string {
  const byGroup = (n: number, descending: boolean) => {
    const key = `g.${COLUMNS.value(n)}`;
    const norm = names[n]?.norm;
    const directed = (expression: string) => `${expression}${descending ? ' desc' : ''} nulls last`;
    return [
      ...(norm ? [directed(`${norm} collate "C"`)] : []),
      directed(dimensions[n]!.isText ? `${key} collate "C"` : key),
    ];
  };
  const byMeasure = (m: number, descending: boolean) => {
    const columns = measures[m]!.components.map((_, c) => `g.${COLUMNS.component(m, c)}`);
    return `${measures[m]!.order(columns)}${descending ? ' desc' : ''} nulls last`;
  };
  return [
    ...sort.flatMap(({ group, measure, descending = false }) =>
      group !== undefined ? byGroup(group, descending) : byMeasure(measure!, descending),
    ),
    ...dimensions.flatMap((_, n) => byGroup(n, false)),
  ].join(', ');
}
