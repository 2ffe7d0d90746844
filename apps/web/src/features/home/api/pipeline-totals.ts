import { type PipelineTotals, totalsOfPipeline } from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';
import { queryOptions } from '@tanstack/react-query';

/** Number and value of a pipeline's opportunities by stage, in stage order and in the base currency. */
export function pipelineTotalsQuery(pipelineId: string, filter?: Condition) {
  return queryOptions({
    queryKey: ['totals', pipelineId, filter],
    queryFn: ({ signal }): Promise<PipelineTotals> =>
      totalsOfPipeline({
        path: { id: pipelineId },
        query: filter ? { filter: JSON.stringify(filter) } : {},
        signal,
      }),
  });
}
