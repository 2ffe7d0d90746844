import type { NotificationData } from '@mantine/notifications';

/** Shows a notification. Its code loads while the first page is idle, so that no page has to include it. */
export function notify(notification: NotificationData): void {
  void import('@mantine/notifications').then(({ notifications }) => notifications.show(notification));
}
