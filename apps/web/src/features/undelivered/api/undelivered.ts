import * as api from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

/** A message that did not leave, or may not have. */
export type UndeliveredMessage = api.UndeliveredMessage;

const all = ['undelivered-messages'] as const;

/** Undelivered messages, the latest first, loaded page by page. */
export const undeliveredQuery = infiniteQueryOptions({
  queryKey: all,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    api.listUndeliveredMessages({
      query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
      signal,
    }),
  getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  staleTime: 0,
});

const refresh = () => queryClient.invalidateQueries({ queryKey: all });

/** Sends a message again. Answers 409 if somebody else has sent or dismissed it. */
export async function sendAgain(id: string): Promise<void> {
  try {
    await api.sendUndeliveredMessageAgain({ path: { id } });
  } finally {
    await refresh();
  }
}

/** Takes a message off the list. Answers 409 if somebody else has sent or dismissed it. */
export async function dismiss(id: string): Promise<void> {
  try {
    await api.dismissUndeliveredMessage({ path: { id } });
  } finally {
    await refresh();
  }
}
