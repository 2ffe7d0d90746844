import type { NotificationData } from '@mantine/notifications';

/** Shows a notification. Their code comes with the first page's idle time, so that no page has to carry it. */
export function notify(notification: NotificationData): void {
  void import('@mantine/notifications').then(({ notifications }) => notifications.show(notification));
}
