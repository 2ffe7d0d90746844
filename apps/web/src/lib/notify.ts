import type { NotificationData } from '@mantine/notifications';

const load = () => import('@mantine/notifications');
let lastId = 0;

/**
 * Shows a notification and returns its id, for `hideNotification`. Its code loads while the first page is idle, so that
 * no page has to include it.
 */
export function notify(notification: NotificationData): string {
  lastId += 1;
  const id = notification.id ?? `notification-${lastId}`;
  void load().then(({ notifications }) => notifications.show({ ...notification, id }));
  return id;
}

/** Hides a notification that may be on the screen. */
export function hideNotification(id: string): void {
  void load().then(({ notifications }) => notifications.hide(id));
}
