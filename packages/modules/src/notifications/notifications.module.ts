import { Module } from '@nestjs/common';
import { assignedKind } from './kinds/assigned.kind.js';
import { jobCompletedKind, jobFailedKind } from './kinds/job-kinds.js';
import { sharedKind } from './kinds/share-received.kind.js';
import { NotificationKinds } from './notification-kinds.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { Notifier } from './notifier.js';
import { ReaderSight } from './reader-sight.js';

/** Notifications, for API and worker. */
@Module({
  providers: [
    {
      provide: NotificationKinds,
      useFactory: () => {
        const kinds = new NotificationKinds();
        for (const kind of [assignedKind, sharedKind, jobCompletedKind, jobFailedKind]) kinds.register(kind);
        return kinds;
      },
    },
    NotificationsRepository,
    NotificationsService,
    Notifier,
    ReaderSight,
  ],
  exports: [NotificationKinds, NotificationsRepository, NotificationsService, Notifier],
})
export class NotificationsModule {}
