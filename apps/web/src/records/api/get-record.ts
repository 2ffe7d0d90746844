import { getRecord } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { recordKeys } from './record-keys';

/** One record as a query. In: its object's path. Fails with ApiProblem, 404 also for a record that the user may not view. */
export function recordQuery(path: string, id: string) {
  return queryOptions({
    queryKey: recordKeys.record(path, id),
    queryFn: ({ signal }) => getRecord(path, id, { signal }),
  });
}
