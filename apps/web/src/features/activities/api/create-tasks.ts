import * as api from '@pellucid/api-client';
import { type Cause, causedBy, refreshRecords } from '@/records/api/undo';

/** Creates tasks, each by itself: a refused one keeps none of the others from being created. Many are created by a job. */
export async function createTasks(path: string, rows: Record<string, unknown>[], cause: Cause) {
  const answer = await api.bulkRecords(path, { action: 'create', rows }, { headers: causedBy(cause) });
  refreshRecords();
  return answer;
}
