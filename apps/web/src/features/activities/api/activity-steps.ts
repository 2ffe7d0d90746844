import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import type { RecordData } from '@/records/object-description';

/** The step that an activity can take: done, or open again. */
export type ActivityStep = 'complete' | 'reopen';

/** Completes or reopens an activity. @param path of its object @throws ApiProblem */
export async function takeStep(
  path: string,
  id: string,
  step: ActivityStep,
  cause: Cause,
): Promise<RecordData> {
  const body = step === 'complete' ? { body: {} } : {};
  const headers = { ...(step === 'complete' && { 'Content-Type': 'application/json' }), ...causedBy(cause) };
  const record = await client.post({ url: `${API_ROOT}${path}/${id}/${step}`, headers, ...body });
  void queryClient.invalidateQueries({ queryKey: recordKeys.all });
  return record as unknown as RecordData;
}
