import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { RecordData } from '../object-description';
import { recordKeys } from './record-keys';

export async function getRecord(path: string, id: string, signal?: AbortSignal): Promise<RecordData> {
  return (await client.get({ url: `${API_ROOT}${path}/${id}`, signal })) as unknown as RecordData;
}

export function recordQuery(path: string, id: string) {
  return queryOptions({
    queryKey: recordKeys.record(path, id),
    queryFn: ({ signal }) => getRecord(path, id, signal),
  });
}
