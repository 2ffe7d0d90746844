import { type DeadLetter, discardDeadLetter, listDeadLetters, replayDeadLetter } from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

/** A background job that failed for good, or an event that a background task could not handle. */
export type FailedJob = DeadLetter;

/** Which failed jobs the page lists. */
export interface FailedJobFilter {
  kind?: FailedJob['kind'];
  source?: string;
}

const all = ['failed-jobs'] as const;

/** Failed jobs, the latest first, loaded page by page. */
export function failedJobsQuery(filter: FailedJobFilter) {
  return infiniteQueryOptions({
    queryKey: [...all, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listDeadLetters({
        query: { limit: 50, ...filter, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

const refresh = () => queryClient.invalidateQueries({ queryKey: all });

/** Runs a failed job again. Answers 409 if somebody else has run or discarded it. */
export async function runAgain(id: string): Promise<void> {
  try {
    await replayDeadLetter({ path: { id } });
  } finally {
    await refresh();
  }
}

/** Discards a failed job for good. Answers 409 if somebody else has run or discarded it. */
export async function discardJob(id: string): Promise<void> {
  try {
    await discardDeadLetter({ path: { id } });
  } finally {
    await refresh();
  }
}
