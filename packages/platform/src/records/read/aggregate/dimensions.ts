import { formatAmount, fromScaled } from '../../../money/index.js';
import type { ValueFamily } from '@pellucid/conditions';
import { type FilterContext, nameGuard, type QueryParts } from '../../decide/index.js';
import { type RecordDescriptor } from '../../describe/index.js';
import { aggregatedField, type AggregatedField, refused, refuseIncomparable } from './aggregated-fields.js';
import { bucketSql, periodKey } from './buckets.js';
import type { Bucket, GroupKey, GroupRequest } from './request.js';

/** One field to group by, as parts of the statement. */
export interface Dimension {
  field: AggregatedField;
  /** Expression over a found row that groups are made by. */
  value: string;
  /** For texts, which are grouped by their compared form: expression of the text as it is stored. */
  spelling: string | undefined;
  /** Whether a record belongs to one group per element of the value. */
  isSet: boolean;
  /** Object of the references that the keys are. */
  references: RecordDescriptor | undefined;
  /** Whether keys are ordered and compared as texts. */
  isText: boolean;
  /** Converts what the statement returns to the key that is shown; not called for null. */
  key(raw: any): GroupKey;
}

const USE = 'group by it';

/** How values of a family are grouped: SQL over the field's column, and what is shown. */
type Grouping = Pick<Dimension, 'value' | 'spelling' | 'key'>;
const plain = (value: string): Grouping => ({ value, spelling: undefined, key: (raw) => raw });

/**
 * Returns a field to group by.
 * @throws ProblemError 422 for a field that may not be grouped by, or not by the period
 */
export function dimension(
  context: FilterContext,
  parts: QueryParts,
  request: GroupRequest,
  index: number,
): Dimension {
  const pointer = `/groupBy/${index}/field`;
  const field = aggregatedField(context, parts, request.field, pointer, USE);
  refuseIncomparable(field, USE);
  const { family, isDocument } = field.traits;
  if (isDocument)
    throw refused(pointer, 'notGroupable', `"${request.field}" is formatted text, so you can't ${USE}.`);
  if (request.by && family !== 'date' && family !== 'datetime')
    throw refused(
      `/groupBy/${index}/by`,
      'noPeriods',
      `"${request.field}" is neither a date nor a time. Remove "by".`,
    );
  const grouping = GROUPINGS[family];
  if (!grouping)
    throw refused(
      pointer,
      'notGroupable',
      `"${request.field}" links to records of several objects, so you can't ${USE}.`,
    );
  const referenced = field.field?.references;
  return {
    field,
    ...grouping(field, context, parts, request.by),
    isSet: family === 'set',
    references: referenced ? context.registry.forTenant(referenced, context.snapshot) : undefined,
    isText: family === 'text' || family === 'choice' || (family === 'set' && !referenced),
  };
}

/** Links are not grouped: their keys would need the names of records of several objects. */
const GROUPINGS: Partial<
  Record<
    ValueFamily,
    (field: AggregatedField, context: FilterContext, parts: QueryParts, by: Bucket | undefined) => Grouping
  >
> = {
  text: ({ sql }) => ({
    value: `${sql.norm ?? sql.value} collate "C"`,
    spelling: `${sql.value} collate "C"`,
    key: (raw) => raw,
  }),
  choice: ({ sql }) => plain(`${sql.value} collate "C"`),
  set: ({ sql }) => plain(sql.value),
  reference: ({ sql }) => plain(sql.value),
  boolean: ({ sql }) => plain(sql.value),
  decimal: ({ sql, field, traits, currency }) => ({
    ...plain(sql.value),
    key: (raw) =>
      traits.isAmount
        ? formatAmount(fromScaled(String(raw), field!.scale), currency)
        : (field!.traits.codec.fromColumn(raw, field!) as number | string),
  }),
  date: ({ sql }, { clock }, _parts, by) =>
    by ? { ...plain(bucketSql(sql.value, by, clock, undefined)), key: periodKey } : plain(sql.value),
  datetime: ({ sql }, { clock }, parts, by = 'day') => ({
    ...plain(bucketSql(sql.value, by, clock, parts.param(clock.zone))),
    key: periodKey,
  }),
};

/** The join that reaches the names of a dimension's records. */
export interface NamesJoin {
  /** Empty if the caller may see no name. */
  sql: string;
  name: string;
  /** What groups are ordered by. */
  norm: string;
}

/**
 * Returns the join of the records that a dimension's keys refer to. As on records, only the names of records that the
 * caller may name are reached.
 * @param key expression of the key
 * @param alias for the joined table
 */
export function namesJoin(
  { references, isSet }: Dimension,
  key: string,
  alias: string,
  tenant: string,
  context: FilterContext,
  parts: QueryParts,
): NamesJoin | undefined {
  if (!references) return undefined;
  const access = context.access.decide(references.key, 'read', context.snapshot);
  const guard = nameGuard(access, references, alias, parts, context);
  if (guard === null) return { sql: '', name: 'null::text', norm: 'null::text' };
  return {
    sql: `left join ${references.source} ${alias} on ${alias}.tenant_id = ${tenant} and ${alias}.id = ${key}${isSet ? '::uuid' : ''}${guard ? ` and ${guard}` : ''}`,
    name: `${alias}.display_name`,
    norm: `${alias}.display_norm`,
  };
}
