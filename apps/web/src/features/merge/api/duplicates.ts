import * as api from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from '@/records/api/record-keys';

export type DuplicatePair = api.DuplicatePair;

/** Which pairs to list. */
export interface PairFilter {
  object?: string;
  /** Only pairs with this record. */
  record?: string;
  status: 'open' | 'dismissed';
}

const KEY = [...recordKeys.all, 'duplicates'] as const;

/** Pairs of records that may be the same thing, as far as the user sees them, the latest first. */
export function pairsQuery(filter: PairFilter) {
  return infiniteQueryOptions({
    queryKey: [...KEY, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listDuplicates({
        query: { ...filter, limit: 30, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

/** Most pairs that a hint counts. */
export const COUNTED = 9;

/** The first pairs with a record, for a hint on its page. */
export function pairsOfRecordQuery(record: string) {
  return queryOptions({
    queryKey: [...KEY, 'of', record],
    queryFn: ({ signal }) =>
      api.listDuplicates({ query: { record, status: 'open', limit: COUNTED }, signal }),
    retry: false,
    staleTime: 30_000,
  });
}

/** Remembers that the records of a pair are no duplicates, or takes that back. */
export async function setDismissed(id: string, isDismissed: boolean): Promise<void> {
  const path = { path: { id } };
  await (isDismissed ? api.dismissDuplicate(path) : api.reopenDuplicate(path));
  await queryClient.invalidateQueries({ queryKey: KEY });
}

/** Starts to look for duplicates in all records. @returns the bulk job */
export async function findDuplicates(): Promise<string> {
  return (await api.findDuplicates()).id;
}
