import * as api from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { notificationKeys } from '@/lib/notifications/unread-count';

export type NotificationSettings = api.NotificationSettings;
export type NotificationSettingsChange = api.NotificationSettingsChange;

/** What the user is notified of, and how; also what the kinds are called. */
export const notificationSettingsQuery = (language: string) =>
  queryOptions({
    queryKey: [...notificationKeys.all, 'settings', language] as const,
    queryFn: ({ signal }) => api.getNotificationSettings({ signal }),
  });

/** Changes settings; what is left out stays as it is. */
export async function changeNotificationSettings(
  change: NotificationSettingsChange,
  language: string,
): Promise<void> {
  const settings = await api.changeNotificationSettings({ body: change });
  queryClient.setQueryData(notificationSettingsQuery(language).queryKey, settings);
}
