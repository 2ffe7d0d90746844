/** What an aggregate request asks for, and what it is answered with. */
import type { ViewNotes } from '../saved-views.js';

/** Maximum number of fields to group by. */
export const MOST_DIMENSIONS = 3;
/** Maximum number of measures. */
export const MOST_MEASURES = 10;
/** Number of groups returned by default, and at most. */
export const GROUPS_BY_DEFAULT = 200;
export const MOST_GROUPS = 2_000;

/** Periods that dates and times are grouped by. */
export const BUCKETS = ['day', 'week', 'month', 'quarter', 'year', 'fiscalQuarter', 'fiscalYear'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What is worked out of the records of a group. */
export const MEASURE_FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max', 'distinct'] as const;
export type MeasureFunction = (typeof MEASURE_FUNCTIONS)[number];

/** A field to group by. */
export interface GroupRequest {
  /** Key, or a dotted path through references. */
  field: string;
  /** Of a date or a time: the period. Times are grouped by day by default, dates by their value. */
  by?: Bucket | undefined;
}

/** A measure. Only `count` goes without a field: it then counts records, else those in which the field is filled. */
export interface MeasureRequest {
  fn: MeasureFunction;
  field?: string | undefined;
}

/** A key of the order of groups: the index of a group field or of a measure. */
export interface AggregateSort {
  group?: number | undefined;
  measure?: number | undefined;
  descending?: boolean | undefined;
}

/** The parameters of an aggregate. */
export interface AggregateRequest {
  /** ID of a saved view, whose filter applies. */
  view?: string | undefined;
  /** Condition tree, as in lists. */
  filter?: unknown;
  /** Quick search, as in lists. */
  q?: string | undefined;
  groupBy?: GroupRequest[] | undefined;
  measures: MeasureRequest[];
  /** By the group fields in ascending order by default. Ties follow the group fields. */
  sort?: AggregateSort[] | undefined;
  limit?: number | undefined;
}

/** A reference as groups show it. The name is empty if the caller may not see it. */
export interface NamedKey {
  id: string;
  name: string;
}

/** The value of a group field; null for records in which it is empty, or not shown to the caller. */
export type GroupKey = string | number | boolean | NamedKey | null;

/**
 * The value of a measure: counts as numbers, numbers and amounts as decimal texts, dates and times as texts; null if
 * there is nothing to take the average, minimum or maximum of.
 */
export type MeasureValue = string | number | null;

/** The answer to an aggregate request. Keys and values stand in the order of the request. */
export interface AggregateAnswer {
  rows: { keys: GroupKey[]; values: MeasureValue[] }[];
  /** The measures over all records that match, however many groups are shown. */
  totals: MeasureValue[];
  /** Number of records that match. */
  rowsCounted: number;
  /** Whether there are more groups than the limit. */
  hasMore: boolean;
  /** The currency of the amounts that are grouped or measured; present if there are any. */
  currency?: string;
  meta?: AggregateMeta;
}

/** What else there is to say about an answer. */
export interface AggregateMeta {
  recalculating?: { from: string; to: string };
  /** What of the saved view does not apply. */
  view?: ViewNotes;
}
