import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { RecordData } from '../object-description';
import { recordKeys } from './record-keys';

/** Fetches one record. In: its object's path. Throws ApiProblem, 404 also for a record that the user may not view. */
export async function getRecord(path: string, id: string, signal?: AbortSignal): Promise<RecordData> {
  return (await client.get({ url: `${API_ROOT}${path}/${id}`, signal })) as unknown as RecordData;
}

/** One record as a query, with the errors of {@link getRecord}. */
export function recordQuery(path: string, id: string) {
  return queryOptions({
    queryKey: recordKeys.record(path, id),
    queryFn: ({ signal }) => getRecord(path, id, signal),
  });
}
