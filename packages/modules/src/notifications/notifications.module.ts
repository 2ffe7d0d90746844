import { Module } from '@nestjs/common';
import { IdentityModule } from '@pellucid/modules/identity';
import { SignedLinks } from '@pellucid/platform/signed-links';
import { DeliveriesRepository } from './delivery/deliveries.repository.js';
import { DeliveryBatches } from './delivery/delivery-batches.js';
import { Unsubscribing } from './delivery/unsubscribing.js';
import { AutoFollow } from './follows/auto-follow.js';
import { FollowKinds } from './follows/follow-kinds.js';
import { FollowsRepository } from './follows/follows.repository.js';
import { FollowsService } from './follows/follows.service.js';
import { MergedFollows } from './follows/merged-follows.js';
import { assignedKind } from './kinds/assigned.kind.js';
import { jobCompletedKind, jobFailedKind } from './kinds/job-kinds.js';
import { mentionKind } from './kinds/mention.kind.js';
import { sharedKind } from './kinds/share-received.kind.js';
import { NotificationKinds } from './notification-kinds.js';
import { NotificationWords } from './notification-words.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { Notifier } from './notifier.js';
import { ReaderSight } from './reader-sight.js';
import { ToldSubjects } from './told-subjects.js';
import { Readers } from './readers.js';
import { NotificationSettingsRepository } from './settings/notification-settings.repository.js';
import { NotificationSettingsService } from './settings/notification-settings.service.js';

/** Notifications, for API and worker. */
@Module({
  imports: [IdentityModule],
  providers: [
    {
      provide: NotificationKinds,
      useFactory: () => {
        const kinds = new NotificationKinds();
        for (const kind of [assignedKind, mentionKind, sharedKind, jobCompletedKind, jobFailedKind])
          kinds.register(kind);
        return kinds;
      },
    },
    AutoFollow,
    DeliveriesRepository,
    DeliveryBatches,
    FollowKinds,
    FollowsRepository,
    FollowsService,
    MergedFollows,
    NotificationSettingsRepository,
    NotificationSettingsService,
    NotificationsRepository,
    NotificationsService,
    NotificationWords,
    Notifier,
    Readers,
    ReaderSight,
    ToldSubjects,
    SignedLinks,
    Unsubscribing,
  ],
  exports: [
    AutoFollow,
    DeliveriesRepository,
    FollowsService,
    NotificationKinds,
    NotificationSettingsRepository,
    NotificationSettingsService,
    NotificationsRepository,
    NotificationsService,
    NotificationWords,
    Notifier,
    Readers,
    ReaderSight,
    Unsubscribing,
  ],
})
export class NotificationsModule {}
