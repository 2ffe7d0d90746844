import { restoreVersionRecord } from '@pellucid/api-client';
import { queryClient } from '@/lib/query-client';
import type { RecordData } from '../object-description';
import { recordKeys } from './record-keys';

/** Restores the fields of a record to a version. `seen` is the version that the user compared it with. */
export async function restoreVersion(
  path: string,
  id: string,
  version: number,
  seen: number,
): Promise<RecordData> {
  const record = await restoreVersionRecord(path, id, { version }, { headers: { 'If-Match': `"${seen}"` } });
  queryClient.setQueryData(recordKeys.record(path, id), record);
  void queryClient.invalidateQueries({
    queryKey: recordKeys.all,
    predicate: ({ queryKey }) => queryKey[2] !== 'record' || queryKey[3] !== id,
  });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  return record;
}
