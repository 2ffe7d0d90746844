import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordRegistry, RecordService } from '@pellucid/platform/records';
import { ActivitiesService } from './activities.service.js';
import { recurringParticipants } from './recurring.participants.js';
import { nextActivityParticipant } from './next-activity.js';
import { activityParticipant, activityRules } from './activities.participants.js';

/** Tasks, calls, meetings and logged e-mails. */
@Module({ providers: [ActivitiesService], exports: [ActivitiesService] })
export class ActivitiesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
  ) {}

  onModuleInit(): void {
    this.records.participate(activityParticipant);
    this.records.participate(activityRules);
    for (const each of recurringParticipants(this.records)) this.records.participate(each);
    this.records.participate(nextActivityParticipant(this.records, this.registry.product()));
  }
}
