import type { PipelineTotals } from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';
import { useQueries, useQuery } from '@tanstack/react-query';
import { sumDecimals } from '@/lib/format/formats';
import { shortListQuery } from '@/records/api/list-records';
import { pipelineTotalsQuery } from './api/pipeline-totals';

/** More pipelines than any company has. The list endpoint returns at most 200. */
const PIPELINES = 200;

function usePipelines() {
  return useQuery(shortListQuery({ path: '/pipelines' }, { limit: PIPELINES }));
}

export interface Total {
  count: number;
  /** Decimal string. */
  amount: string;
  currency: string;
}

/** Number and value of the opportunities in all pipelines that match the filter. */
export function useTotal(filter: Condition): {
  total: Total | undefined;
  /** Why there is no total. */
  failure: Error | undefined;
  /** Whether sums are withheld, because the user may not see single amounts. */
  isWithheld: boolean;
} {
  const pipelines = usePipelines();
  const totals = useQueries({
    queries: (pipelines.data?.data ?? []).map(({ id }) => pipelineTotalsQuery(id, filter)),
    combine: (queries) => ({
      failure: queries.find((query) => query.isError)?.error ?? undefined,
      parts: queries.map((query) => query.data?.total),
    }),
  });
  const parts = totals.parts.filter((part) => part !== undefined);
  const amounts = parts.flatMap(({ amount }) => amount ?? []);
  const isComplete = pipelines.isSuccess && parts.length === totals.parts.length;
  return {
    failure: pipelines.error ?? totals.failure,
    isWithheld: amounts.length < parts.length,
    total: isComplete
      ? {
          count: parts.reduce((sum, part) => sum + part.count, 0),
          amount: sumDecimals(amounts),
          currency: parts[0]?.currency ?? '',
        }
      : undefined,
  };
}

export type StageTotal = PipelineTotals['data'][number];

/** The default pipeline's totals by stage. */
export function useDefaultPipeline(filter: Condition | undefined) {
  const pipelines = usePipelines();
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
