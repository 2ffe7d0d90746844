import { listShares, type Share, shareRecord, type ShareWish, unshareRecord } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

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

/** Shares the record, or changes an existing share. */
export async function shareWith(wish: ShareWish): Promise<void> {
  await shareRecord({ body: wish });
  await queryClient.invalidateQueries({ queryKey: keyOf(wish.object, wish.record) });
}

/** Removes a share. Refetches the shares of its record. */
export async function unshare(share: Share): Promise<void> {
  await unshareRecord({ path: { id: share.id } });
  await queryClient.invalidateQueries({ queryKey: keyOf(share.object, share.record) });
}
