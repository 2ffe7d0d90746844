import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import type { RecordData } from '../object-description';
import { recordKeys } from './record-keys';

/** Restores the fields of a record to a version. `seen` is the version that the user compared it with. */
export async function restoreVersion(
  path: string,
  id: string,
  version: number,
  seen: number,
): Promise<RecordData> {
  const answer = await client.post({
    url: `${API_ROOT}${path}/${id}/restore-version`,
    body: { version },
    headers: { 'Content-Type': 'application/json', 'If-Match': `"${seen}"` },
  });
  const record = answer as unknown as RecordData;
  queryClient.setQueryData(recordKeys.record(path, id), record);
  void queryClient.invalidateQueries({
    queryKey: recordKeys.all,
    predicate: ({ queryKey }) => queryKey[2] !== 'record' || queryKey[3] !== id,
  });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  return record;
}
