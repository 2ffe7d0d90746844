import { aggregateRecords, type AggregateRequest } from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';
import { queryOptions } from '@tanstack/react-query';

/** Groups and figures of an object's records. Fetched again after writes, with all totals. */
export function aggregateQuery(path: string, request: AggregateRequest & { filter?: Condition | undefined }) {
  return queryOptions({
    queryKey: ['totals', 'aggregate', path, request],
    queryFn: ({ signal }) => aggregateRecords(path, request, { signal }),
  });
}
