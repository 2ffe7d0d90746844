import * as api from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { notificationKeys } from '@/lib/notifications/unread-count';

/** Something that happened and concerns the user. */
export type Notification = api.Notification;

/** Parts of the inbox. */
export const PARTS = ['inbox', 'snoozed', 'archived'] as const;
export type Part = (typeof PARTS)[number];

export interface NotificationFilter {
  part: Part;
  unread: boolean;
  kind: string | undefined;
}

/** Notifications, the latest first, loaded page by page. */
export function notificationsQuery({ part, unread, kind }: NotificationFilter) {
  return infiniteQueryOptions({
    queryKey: [...notificationKeys.all, 'list', part, unread, kind] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listNotifications({
        query: {
          part,
          limit: 50,
          ...(unread ? { unread: 'true' as const } : {}),
          ...(kind ? { kind } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    staleTime: 0,
  });
}

const refresh = () => queryClient.invalidateQueries({ queryKey: notificationKeys.all });

/** What the user does with a notification. */
export interface NotificationChange {
  read?: boolean;
  archived?: boolean;
  /** ISO 8601; null ends it. */
  snoozedUntil?: string | null;
}

/** Changes notifications, one after the other. */
export async function changeNotifications(ids: string[], change: NotificationChange): Promise<void> {
  try {
    for (const id of ids) await api.changeNotification({ path: { id }, body: change });
  } finally {
    await refresh();
  }
}

/** Marks everything in the inbox as read that was there at the time. */
export async function readAll(until: string, kind: string | undefined): Promise<void> {
  try {
    await api.readAllNotifications({ body: { until, ...(kind ? { kind } : {}) } });
  } finally {
    await refresh();
  }
}
