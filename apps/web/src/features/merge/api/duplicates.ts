import * as api from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { DUPLICATES_KEY } from './pairs-of-record';

export type DuplicatePair = api.DuplicatePair;

/** Which pairs to list. */
export interface PairFilter {
  object?: string;
  /** Only pairs with this record. */
  record?: string;
  status: 'open' | 'dismissed';
}

/** Pairs of records that may be the same thing, as far as the user sees them, the latest first. */
export function pairsQuery(filter: PairFilter) {
  return infiniteQueryOptions({
    queryKey: [...DUPLICATES_KEY, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listDuplicates({
        query: { ...filter, limit: 30, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

/** Remembers that the records of a pair are no duplicates, or takes that back. */
export async function setDismissed(id: string, isDismissed: boolean): Promise<void> {
  const path = { path: { id } };
  await (isDismissed ? api.dismissDuplicate(path) : api.reopenDuplicate(path));
  await queryClient.invalidateQueries({ queryKey: DUPLICATES_KEY });
}

/** Starts to look for duplicates in all records. @returns the bulk job */
export async function findDuplicates(): Promise<string> {
  return (await api.findDuplicates()).id;
}
