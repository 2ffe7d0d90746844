import { countUnreadNotifications } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import '@/lib/transport';

/** Keys of everything that shows notifications. Live messages make it fetch again. */
export const notificationKeys = { all: ['notifications'] as const };

/** How many unread notifications are in the inbox. It is counted again when a snoozed one comes back. */
export const unreadCountQuery = queryOptions({
  queryKey: [...notificationKeys.all, 'unread'],
  queryFn: ({ signal }) => countUnreadNotifications({ signal }),
  staleTime: 60_000,
  refetchInterval: ({ state }) => {
    const next = state.data?.nextAt;
    // Timers longer than 24 days fire at once.
    return next ? Math.min(Math.max(Date.parse(next) - Date.now(), 0) + 1_000, 86_400_000) : false;
  },
});
