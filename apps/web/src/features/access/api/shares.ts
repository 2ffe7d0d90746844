import { listShares, type Share, shareRecord, type ShareWish, unshareRecord } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';
import { type Cause, causedBy } from '@/records/api/undo';

export type { Share };

const keyOf = (object: string, record: string) => ['shares', object, record] as const;

/** The current shares of a record. */
export function sharesQuery(object: string, record: string) {
  return queryOptions({
    queryKey: keyOf(object, record),
    queryFn: async ({ signal }): Promise<Share[]> =>
      (await listShares({ query: { object, record }, signal })).data,
  });
}

/** Refetches the shares of a record. */
export const refreshShares = (object: string, record: string) =>
  queryClient.invalidateQueries({ queryKey: keyOf(object, record) });

/** Shares the record, or changes an existing share. Refetches the shares of the record. */
export async function shareWith(wish: ShareWish, cause: Cause): Promise<void> {
  await shareRecord({ body: wish, headers: causedBy(cause) });
  await refreshShares(wish.object, wish.record);
}

/** Removes a share. Refetches the shares of its record. */
export async function unshare(share: Share, cause: Cause): Promise<void> {
  await unshareRecord({ path: { id: share.id }, headers: causedBy(cause) });
  await refreshShares(share.object, share.record);
}
