import type { Aggregate, AggregateRequest } from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';
import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';

/** Groups and figures of an object's records. Fetched again after writes, with all totals. */
export function aggregateQuery(path: string, request: AggregateRequest & { filter?: Condition | undefined }) {
  return queryOptions({
    queryKey: ['totals', 'aggregate', path, request],
    queryFn: async ({ signal }) =>
      (await client.post({
        url: `${API_ROOT}${path}/aggregate`,
        body: request,
        signal,
      })) as unknown as Aggregate,
  });
}
