import { restoreVersionRecord } from '@pellucid/api-client';
import { queryClient } from '@/lib/query-client';
import type { RecordData } from '../object-description';
import { recordKeys } from './record-keys';
import { type Cause, causedBy } from './undo';

/** Restores the fields of a record to a version. `seen` is the version that the user compared it with. */
export async function restoreVersion(
  path: string,
  id: string,
  version: number,
  seen: number,
  cause?: Cause,
): Promise<RecordData> {
  const headers = { 'If-Match': `"${seen}"`, ...causedBy(cause) };
  const record = await restoreVersionRecord(path, id, { version }, { headers });
  queryClient.setQueryData(recordKeys.record(path, id), record);
  void queryClient.invalidateQueries({
    queryKey: recordKeys.all,
    predicate: ({ queryKey }) => queryKey[2] !== 'record' || queryKey[3] !== id,
  });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
  return record;
}
