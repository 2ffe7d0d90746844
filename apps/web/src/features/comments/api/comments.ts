import * as api from '@pellucid/api-client';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import type { RecordData } from '@/records/object-description';
import type { ReactionKey } from '../reactions';

const refresh = () => queryClient.invalidateQueries({ queryKey: recordKeys.all });

/** Settles a thread, or opens it again. Throws ApiProblem. */
export async function settle(id: string, isResolved: boolean, cause: Cause): Promise<void> {
  const request = { path: { id }, headers: causedBy(cause) };
  await (isResolved ? api.resolveComment(request) : api.reopenComment(request));
  await refresh();
}

/** Gives the user's reaction to a comment, or takes it back. Throws ApiProblem. */
export async function react(id: string, reaction: ReactionKey, on: boolean): Promise<RecordData> {
  const record = (await api.reactComment({ path: { id }, body: { reaction, on } })) as unknown as RecordData;
  await queryClient.invalidateQueries({ queryKey: recordKeys.object('/comments') });
  return record;
}
