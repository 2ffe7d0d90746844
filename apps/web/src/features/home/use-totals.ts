import type { Condition } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { useMayFilter } from '@/records/access/may-filter';
import { aggregateQuery } from '@/records/api/aggregate-records';
import { shortListQuery } from '@/records/api/list-records';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { pipelineTotalsQuery } from './api/pipeline-totals';

/** More pipelines than any company has. The list endpoint returns at most 200. */
const PIPELINES = 200;

export interface Total {
  count: number;
  /** Decimal string in `currency`; null if sums are withheld, because the user may not see single amounts. */
  amount: string | null;
  currency: string;
}

/** Number and value of the opportunities that match the filter. `mayAsk` is false if the user may not filter by it. */
export function useTotal(object: ObjectDescription, filter: Condition) {
  const mayAsk = useMayFilter(object, filter);
  const isSummed = fieldOf(object, 'amount')?.filterable === true;
  const total = useQuery({
    ...aggregateQuery(object.path, {
      filter,
      measures: isSummed ? [{ fn: 'count' }, { fn: 'sum', field: 'amount' }] : [{ fn: 'count' }],
    }),
    select: ({ totals: [count, amount], currency }): Total => ({
      count: Number(count),
      amount: isSummed ? String(amount) : null,
      currency: currency ?? '',
    }),
    enabled: mayAsk,
  });
  return { ...total, mayAsk };
}

/** The default pipeline's totals by stage. */
export function useDefaultPipeline(filter: Condition | undefined) {
  const pipelines = useQuery(shortListQuery({ path: '/pipelines' }, { limit: PIPELINES }));
  const rows = pipelines.data?.data ?? [];
  const pipeline = rows.find((row) => row['isDefault'] === true) ?? rows[0];
  const totals = useQuery({
    ...pipelineTotalsQuery(pipeline?.id ?? '', filter),
    enabled: pipeline !== undefined,
  });
  const failed = pipelines.isError ? pipelines : totals.isError ? totals : undefined;
  return {
    stages: totals.data?.data,
    hasNone: pipelines.isSuccess && !pipeline,
    failed,
  };
}
