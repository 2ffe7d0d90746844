import * as api from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { notificationKeys } from '@/lib/notifications/unread-count';
import { queryClient } from '@/lib/query-client';
import { savedAtOnce } from '@/lib/saved-at-once';
import '@/lib/transport';

export type FollowState = api.FollowState;
export type FollowedRecord = api.FollowedRecord;

const followKeys = { all: [...notificationKeys.all, 'follows'] as const };

/** Whether the user follows a record. @param object its object's key */
export const followQuery = (object: string, id: string) =>
  queryOptions({
    queryKey: [...followKeys.all, 'of', object, id] as const,
    queryFn: ({ signal }) => api.getFollow({ path: { object, id }, signal }),
  });

/** What the user follows, those followed last first, loaded page by page. */
export const followsQuery = infiniteQueryOptions({
  queryKey: [...followKeys.all, 'list'] as const,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    api.listFollows({ query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
  getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  staleTime: 0,
});

/** Follows a record, or stops following it. */
export async function setFollowing(object: string, id: string, isFollowing: boolean): Promise<void> {
  const path = { object, id };
  if (isFollowing) await api.followRecord({ path });
  else await api.unfollowRecord({ path });
  await queryClient.invalidateQueries({ queryKey: followKeys.all });
}

/** Which records the user follows by themselves. */
export type AutoFollow = api.NotificationSettings['autoFollow'];

export const autoFollowQuery = queryOptions({
  queryKey: [...notificationKeys.all, 'autoFollow'] as const,
  queryFn: async ({ signal }) => (await api.getNotificationSettings({ signal })).autoFollow,
});

/** Changes which records the user follows by themselves; what is left out stays as it is. It shows at once. */
export const changeAutoFollow = (wish: Partial<AutoFollow>): Promise<void> =>
  savedAtOnce<AutoFollow>(
    autoFollowQuery.queryKey,
    (now) => ({ ...now, ...wish }),
    async () => (await api.changeNotificationSettings({ body: { autoFollow: wish } })).autoFollow,
  );
