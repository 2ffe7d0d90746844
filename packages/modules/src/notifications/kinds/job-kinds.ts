import type { NotificationKind } from '../notification-kinds.js';

/** Work that you started, such as a bulk change or an export, is done. */
export const jobCompletedKind: NotificationKind = { name: 'jobCompleted', tells: [] };

/** Work that you started has failed. */
export const jobFailedKind: NotificationKind = { name: 'jobFailed', tells: [] };
