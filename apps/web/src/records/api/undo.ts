import * as api from '@pellucid/api-client';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from './record-keys';

/** An id under which everything that one action of the user does can be undone, even if it takes several requests. */
export type Cause = string;

/** Returns a new cause, for the requests of one action. */
export const newCause = (): Cause => crypto.randomUUID();

/** Headers by which the API files a request under a cause. */
export const causedBy = (cause: Cause | undefined): Record<string, string> =>
  cause === undefined ? {} : { 'x-correlation-id': cause };

/** Undoes what a cause did, at once or by a bulk job, and refetches what may show it. Throws ApiProblem; 409 if nothing is left to undo. */
export async function undo(request: api.UndoRequest, cause?: Cause): Promise<api.Undone | api.UndoStarted> {
  const answer = await api.undo({ body: request, headers: causedBy(cause) });
  refreshRecords();
  return answer as unknown as api.Undone | api.UndoStarted;
}

/** Returns what undoing a cause would do. Throws ApiProblem; 404 if the user may undo nothing of it. */
export async function previewUndo(request: api.UndoRequest): Promise<api.UndoPreview> {
  return (await api.previewUndo({ body: request })) as unknown as api.UndoPreview;
}

/** Refetches everything that may show records. */
export function refreshRecords(): void {
  void queryClient.invalidateQueries({ queryKey: recordKeys.all });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
}
