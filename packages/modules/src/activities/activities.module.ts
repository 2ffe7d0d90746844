import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NotificationKinds, NotificationsModule } from '@pellucid/modules/notifications';
import { RecordRegistry, RecordService } from '@pellucid/platform/records';
import { dueKind, overdueKind } from './reminders/reminder-kinds.js';
import { ActivitiesService } from './activities.service.js';
import { recurringParticipants } from './recurring.participants.js';
import { nextActivityParticipant } from './next-activity.js';
import { activityParticipant, activityRules } from './activities.participants.js';

/** Tasks, calls, meetings and logged e-mails. */
@Module({ imports: [NotificationsModule], providers: [ActivitiesService], exports: [ActivitiesService] })
export class ActivitiesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(NotificationKinds) private readonly notifications: NotificationKinds,
  ) {}

  onModuleInit(): void {
    this.notifications.register(dueKind);
    this.notifications.register(overdueKind);
    this.records.participate(activityParticipant);
    this.records.participate(activityRules);
    for (const each of recurringParticipants(this.records)) this.records.participate(each);
    this.records.participate(nextActivityParticipant(this.records, this.registry.product()));
  }
}
