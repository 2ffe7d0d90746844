import type { ValueFamily } from '@pellucid/conditions';
import { currencyDigits, divide, formatAmount, fromScaled } from '../../../money/index.js';
import type { FilterContext, QueryParts } from '../../decide/index.js';
import { instant } from '../../describe/index.js';
import { filterSql } from '../list-query.js';
import { aggregatedField, type AggregatedField, refused, refuseIncomparable } from './aggregated-fields.js';
import type { MeasureFunction, MeasureRequest, MeasureValue } from './request.js';

/** A figure that a measure is worked out from. */
interface Component {
  /** Aggregate over the expression of the measured value. */
  sql(value: string): string;
  /** Aggregate that makes the figure of all records from those of the groups; null if that is not possible. */
  merge: 'sum' | 'min' | 'max' | null;
}

/** A kind of measure. A new one is one more entry of {@link MEASURES}. */
interface MeasureKind {
  /** Families of values that it is offered for. */
  families: readonly ValueFamily[];
  components: readonly Component[];
  /** Returns what groups are ordered by. @param columns of the components */
  order(columns: string[]): string;
  /** Returns the value that is shown. @param raw the components; null where there are no values */
  present(raw: (string | null)[], field: AggregatedField): MeasureValue;
  /** Whether the value may be one that a record holds, or be worked out back to it. */
  isShowing: boolean;
  /** What it does to a field, for messages: `you can't …`. */
  use: string;
}

/** Decimals that averages of numbers have in addition to those of the field. */
const MORE_DECIMALS = 4;
const SINGLE: readonly ValueFamily[] = [
  'text',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'choice',
  'reference',
];
const first = ([column]: string[]) => column!;
const whole = ([raw]: (string | null)[]) => Number(raw ?? 0);

const sum: Component = { sql: (value) => `sum(${value})`, merge: 'sum' };
const extreme = (fn: 'min' | 'max', use: string): MeasureKind => ({
  families: ['decimal', 'date', 'datetime'],
  components: [{ sql: (value) => `${fn}(${value})`, merge: fn }],
  order: first,
  present: ([raw], field) => {
    if (raw === null || raw === undefined) return null;
    if (field.traits.family === 'decimal') return decimalText(raw, field);
    return field.traits.family === 'datetime' ? instant(raw) : raw;
  },
  isShowing: true,
  use,
});

const MEASURES: Record<MeasureFunction, MeasureKind> = {
  count: {
    families: [...SINGLE, 'set'],
    components: [{ sql: (isFilled) => `count(*) filter (where ${isFilled})`, merge: 'sum' }],
    order: first,
    present: whole,
    isShowing: false,
    use: 'count it',
  },
  sum: {
    families: ['decimal'],
    components: [sum],
    order: first,
    present: ([raw], field) => decimalText(raw ?? '0', field),
    isShowing: true,
    use: 'add it up',
  },
  avg: {
    families: ['decimal'],
    components: [sum, { sql: (value) => `count(${value})`, merge: 'sum' }],
    order: ([total, count]) => `${total}::numeric / nullif(${count}, 0)`,
    present: ([total, count], field) =>
      total === null || total === undefined ? null : average(total, count!, field),
    isShowing: true,
    use: 'average it',
  },
  min: extreme('min', 'take its minimum'),
  max: extreme('max', 'take its maximum'),
  distinct: {
    families: SINGLE,
    components: [{ sql: (value) => `count(distinct ${value})`, merge: null }],
    order: first,
    present: whole,
    isShowing: false,
    use: 'count its values',
  },
};

/** Returns a stored decimal as text, exactly. Amounts have at least the decimals of the currency. */
function decimalText(scaled: string, { field, traits, currency }: AggregatedField): string {
  const decimal = fromScaled(scaled, field!.scale);
  return traits.isAmount ? formatAmount(decimal, currency) : decimal;
}

/**
 * Returns an average, rounded half up: of amounts to the decimals of the currency, of numbers to four more than the
 * field has.
 */
function average(total: string, count: string, { field, traits, currency }: AggregatedField): string {
  const { scale } = field!;
  const decimals = traits.isAmount ? currencyDigits(currency) : scale + MORE_DECIMALS;
  const decimal = divide(fromScaled(total, scale), count, decimals, 'halfUp');
  return traits.isAmount ? formatAmount(decimal, currency) : decimal;
}

/** A measure, as parts of the statement. */
export interface Measure extends Pick<MeasureKind, 'components' | 'order' | 'isShowing'> {
  /** The measured field; undefined if records are counted. */
  field: AggregatedField | undefined;
  /** Expression over a found row that the components aggregate. */
  value: string;
  present(raw: (string | null)[]): MeasureValue;
}

/**
 * Returns a measure.
 * @throws ProblemError 422 for a field that may not be measured, or not in this way
 */
export function measure(
  context: FilterContext,
  parts: QueryParts,
  { fn, field: name }: MeasureRequest,
  index: number,
): Measure {
  const kind = MEASURES[fn];
  const { components, order, isShowing } = kind;
  const pointer = `/measures/${index}/field`;
  if (name === undefined) {
    if (fn !== 'count')
      throw refused(pointer, 'fieldMissing', `"${fn}" needs a field. Name the one to measure.`);
    return {
      components: [{ sql: () => 'count(*)', merge: 'sum' }],
      order,
      isShowing,
      field: undefined,
      value: '',
      present: whole,
    };
  }
  const field = aggregatedField(context, parts, name, pointer, kind.use);
  if (fn !== 'count') refuseIncomparable(field, kind.use);
  if (!kind.families.includes(field.traits.family))
    throw refused(pointer, 'notMeasurable', `"${name}" is of a type that "${fn}" doesn't work for.`);
  return {
    components,
    order,
    isShowing,
    field,
    value: measuredSql(fn, field, context, parts),
    present: (raw) => kind.present(raw, field),
  };
}

function measuredSql(
  fn: MeasureFunction,
  { sql, traits, path }: AggregatedField,
  context: FilterContext,
  parts: QueryParts,
): string {
  // Filled in the sense of filters.
  if (fn === 'count')
    return filterSql({ not: { field: path.join('.'), op: 'empty' } }, context, parts, false);
  if (fn !== 'distinct') return sql.value;
  if (traits.family === 'text') return `${sql.norm ?? sql.value} collate "C"`;
  // Times are compared by the millisecond.
  return traits.family === 'datetime' ? `date_trunc('milliseconds', ${sql.value})` : sql.value;
}
