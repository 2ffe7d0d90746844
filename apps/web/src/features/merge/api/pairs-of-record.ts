/** What hints on records ask for. It is part of the first load, so the other requests are in a file of their own. */
import { listDuplicates } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { recordKeys } from '@/records/api/record-keys';

export const DUPLICATES_KEY = [...recordKeys.all, 'duplicates'] as const;

/** Most pairs that a hint counts. */
export const COUNTED = 9;

/** The first pairs with a record, for a hint on its page. */
export function pairsOfRecordQuery(record: string) {
  return queryOptions({
    queryKey: [...DUPLICATES_KEY, 'of', record],
    queryFn: ({ signal }) => listDuplicates({ query: { record, status: 'open', limit: COUNTED }, signal }),
    retry: false,
    staleTime: 30_000,
  });
}
