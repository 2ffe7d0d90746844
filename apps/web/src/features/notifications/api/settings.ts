import * as api from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { notificationKeys } from '@/lib/notifications/unread-count';
import { savedAtOnce } from '@/lib/saved-at-once';

export type NotificationSettings = api.NotificationSettings;
export type NotificationSettingsChange = api.NotificationSettingsChange;

/** What the user is notified of, and how; also what the kinds are called. */
export const notificationSettingsQuery = (language: string) =>
  queryOptions({
    queryKey: [...notificationKeys.all, 'settings', language] as const,
    queryFn: ({ signal }) => api.getNotificationSettings({ signal }),
  });

/** Changes settings; what is left out stays as it is. It shows at once. */
export const changeNotificationSettings = (
  change: NotificationSettingsChange,
  language: string,
): Promise<void> =>
  savedAtOnce<NotificationSettings>(
    notificationSettingsQuery(language).queryKey,
    (now) => ({
      ...now,
      ...change,
      kinds: now.kinds.map((kind) => ({ ...kind, ...change.kinds?.[kind.kind] })),
      autoFollow: { ...now.autoFollow, ...change.autoFollow },
    }),
    () => api.changeNotificationSettings({ body: change }),
  );
