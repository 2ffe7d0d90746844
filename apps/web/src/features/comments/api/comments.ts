import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import type { ReactionKey } from '../reactions';

/** Settles a thread, or opens it again. Throws ApiProblem. */
export async function settle(id: string, isResolved: boolean, cause: Cause): Promise<void> {
  const url = `${API_ROOT}/comments/${id}/${isResolved ? 'resolve' : 'reopen'}`;
  await client.post({ url, headers: causedBy(cause) });
  await queryClient.invalidateQueries({ queryKey: recordKeys.all });
}

/** Gives the user's reaction to a comment, or takes it back. Throws ApiProblem. */
export async function react(id: string, reaction: ReactionKey, on: boolean): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  await client.post({ url: `${API_ROOT}/comments/${id}/react`, headers, body: { reaction, on } });
  await queryClient.invalidateQueries({ queryKey: recordKeys.object('/comments') });
}
