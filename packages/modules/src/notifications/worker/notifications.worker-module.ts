import { Inject, Injectable, Module } from '@nestjs/common';
import { Schedules } from '@pellucid/platform/jobs';
import { NotificationsModule } from '../notifications.module.js';
import { NotificationsRepository } from '../notifications.repository.js';
import { JobEnds } from './job-ends.js';
import { NotificationMails } from './notification-mails.js';
import { NotificationConsumer } from './notification.consumer.js';

const KEPT_DAYS = 180;

@Injectable()
class NotificationSchedules {
  constructor(
    @Inject(Schedules) schedules: Schedules,
    @Inject(NotificationsRepository) repository: NotificationsRepository,
  ) {
    schedules.every('purge-notifications', { cron: '7 4 * * *', tz: 'UTC' }, async () => {
      await repository.purge(KEPT_DAYS);
    });
  }
}

/** Makes notifications in the worker. */
@Module({
  imports: [NotificationsModule],
  providers: [NotificationConsumer, NotificationMails, JobEnds, NotificationSchedules],
})
export class NotificationsWorkerModule {}
