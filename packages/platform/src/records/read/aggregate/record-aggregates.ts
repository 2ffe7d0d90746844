import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Condition } from '@pellucid/conditions';
import { AccessDirectory } from '../../../access/index.js';
import { TenantPool } from '../../../db/tenant-pool.js';
import { type FilterContext, QueryParts } from '../../decide/index.js';
import { parseFilter } from '../list-query.js';
import { RecordReader } from '../record-reader.js';
import { allOf, SAVED_VIEWS, type SavedViews, withView } from '../saved-views.js';
import { commonCurrency, refused, usesBaseAmounts } from './aggregated-fields.js';
import { dimension, type Dimension } from './dimensions.js';
import { type Measure, measure } from './measures.js';
import {
  type AggregateAnswer,
  type AggregateMeta,
  type AggregateRequest,
  type AggregateSort,
  type GroupKey,
  GROUPS_BY_DEFAULT,
} from './request.js';
import {
  COLUMNS,
  groupsStatement,
  isAdditive,
  personalFieldsOf,
  shownFieldsOf,
  type PlannedAggregate,
  totalsStatement,
} from './statement.js';

type Row = Record<string, any>;

/**
 * Groups and measures records, for the context's actor: over what a list with the same filter shows them, by fields that
 * they may filter by. One round trip.
 */
@Injectable()
export class RecordAggregates {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Optional() @Inject(SAVED_VIEWS) private readonly views?: SavedViews,
  ) {}

  /**
   * Runs an aggregate over the records of an object.
   * @param within a further condition, of the code that asks; it takes the caller's rights as well
   * @throws ProblemError 400 for the filter, 404 for a view that the caller doesn't see, 422 for fields that are withheld or cannot be grouped or measured
   */
  async run(object: string, request: AggregateRequest, within?: Condition): Promise<AggregateAnswer> {
    // Groups have an order of their own, so only the filter of the view counts.
    const viewed = await withView(this.views, object, { view: request.view });
    const context = await this.reader.contextFor(object);
    const plan = planOf(context, request, allOf(viewed.within, within));
    const fields = [...plan.dimensions, ...plan.measures].flatMap(({ field }) => field ?? []);
    const currency = commonCurrency(shownFieldsOf(plan));
    const hasGroups = plan.dimensions.length > 0;
    const statements = [
      ...(hasGroups ? [groupsStatement(plan)] : []),
      ...(isAdditive(plan) ? [] : [totalsStatement(plan)]),
    ];
    const results = await this.pool.read(statements);
    this.directory.noteObserved();
    const found: Row[] = hasGroups ? results[0]!.rows : [];
    const totals = totalsOf(plan, isAdditive(plan) ? found[0] : results.at(-1)!.rows[0]);
    const groups = found.slice(0, plan.limit);
    this.noteShown(plan, isAdditive(plan) ? [] : [...groups, results.at(-1)!.rows[0]!]);
    const { snapshot } = context;
    return {
      rows: hasGroups
        ? groups.map((row) => ({
            keys: plan.dimensions.map((d, n) => keyOf(d, n, row)),
            values: plan.measures.map((m, i) => measuredValue(m, i, row, COLUMNS.component)),
          }))
        : [{ keys: [], values: totals.values }],
      totals: totals.values,
      rowsCounted: totals.count,
      hasMore: found.length > plan.limit,
      ...(currency ? { currency } : {}),
      ...metaOf({
        recalculating:
          snapshot.recalculating && usesBaseAmounts(context, plan.filter, fields)
            ? snapshot.recalculating
            : undefined,
        view: viewed.notes,
      }),
    };
  }

  /** Reports the personal values that the rows show, with the records that hold them. */
  private noteShown(plan: PlannedAggregate, rows: Row[]): void {
    for (const [p, { object, field }] of personalFieldsOf(plan).entries()) {
      const { access, snapshot } = plan.context;
      const ids = new Set<string>(rows.flatMap((row) => row[COLUMNS.holder(p)] ?? []));
      ids.delete(null as never);
      const rules = access.rules(object.key, snapshot);
      this.reader.noteShown({ ...plan.context, descriptor: object }, rules, [field!], [...ids]);
    }
  }
}

function metaOf({ recalculating, view }: { [Key in keyof AggregateMeta]: AggregateMeta[Key] | undefined }): {
  meta?: AggregateMeta;
} {
  if (!recalculating && !view) return {};
  return { meta: { ...(recalculating && { recalculating }), ...(view && { view }) } };
}

/** Finds the fields of a request and checks the rights to them. */
function planOf(
  context: FilterContext,
  request: AggregateRequest,
  within: Condition | undefined,
): PlannedAggregate {
  const parts = new QueryParts();
  const conditions = [request.filter, within].flatMap((c) => parseFilter(c, context, '/filter') ?? []);
  const filter = conditions.length > 1 ? { all: conditions } : conditions[0];
  const dimensions = (request.groupBy ?? []).map((group, n) => dimension(context, parts, group, n));
  const measures = request.measures.map((each, m) => measure(context, parts, each, m));
  const sort = request.sort ?? [];
  for (const [n, key] of sort.entries()) checkSort(key, n, dimensions, measures);
  const limit = request.limit ?? GROUPS_BY_DEFAULT;
  return { context, parts, dimensions, measures, filter, q: request.q, sort, limit };
}

/** @throws ProblemError 422 for an index that there is not */
function checkSort(key: AggregateSort, n: number, dimensions: Dimension[], measures: Measure[]): void {
  for (const [name, given, known] of [
    ['group', key.group, dimensions.length],
    ['measure', key.measure, measures.length],
  ] as const)
    if (given !== undefined && given >= known)
      throw refused(
        `/sort/${n}/${name}`,
        'unknownIndex',
        `There is no ${name} ${given}. The first one is 0, and the request has ${known}.`,
      );
}

function keyOf(d: Dimension, n: number, row: Row): GroupKey {
  const raw = row[COLUMNS.value(n)];
  if (raw === null || raw === undefined) return null;
  if (d.references) return { id: raw, name: row[COLUMNS.name(n)] ?? '' };
  return d.key(d.spelling ? row[COLUMNS.spelling(n)] : raw);
}

const measuredValue = (
  measured: Measure,
  m: number,
  row: Row | undefined,
  column: (m: number, c: number) => string,
) => measured.present(measured.components.map((_, c) => row?.[column(m, c)] ?? null));

/** Returns the figures over all records. @param row from either statement; undefined if there is no group at all */
function totalsOf(plan: PlannedAggregate, row: Row | undefined) {
  const [count, column] = isAdditive(plan)
    ? (['tn', COLUMNS.total] as const)
    : (['n', COLUMNS.component] as const);
  return {
    count: Number(row?.[count] ?? 0),
    values: plan.measures.map((measured, m) => measuredValue(measured, m, row, column)),
  };
}
