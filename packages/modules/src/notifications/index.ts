export { AutoFollow } from './follows/auto-follow.js';
export { type Concerned, type NotificationKind, NotificationKinds } from './notification-kinds.js';
export { NotificationsModule } from './notifications.module.js';
export { NotificationsRepository } from './notifications.repository.js';
export { type Notice, Notifier } from './notifier.js';
export { ReaderSight } from './reader-sight.js';
export { Unsubscribing } from './delivery/unsubscribing.js';
