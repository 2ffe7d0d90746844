import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ConsumerRegistry } from '@pellucid/platform/events';
import { JobQueue } from '@pellucid/platform/jobs';
import { FollowChanges, RecordService } from '@pellucid/platform/records';
import { followReferencesJob } from './jobs/follow-references.job.js';

/** Ids in the payload of one job. */
const PER_JOB = 200;

/** Keeps formulas and roll-ups right when other records change. It wants all events: any object may be read. */
@Injectable()
export class ComputedValuesConsumer implements OnModuleInit {
  constructor(
    @Inject(ConsumerRegistry) private readonly consumers: ConsumerRegistry,
    @Inject(FollowChanges) private readonly changes: FollowChanges,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'computed-values',
      objects: '*',
      verbs: '*',
      startAt: 'head',
      grouping: 'batch',
      handle: async (events, uow, { decrypt }) => {
        if (!(await this.changes.concern(events))) return;
        // The log keeps personal values encrypted, references of records among them.
        const opened = await decrypt(events);
        const limit = this.records.writer.cascades.limit;
        for (const many of await this.changes.follow(uow, opened, limit))
          for (let from = 0; from < many.to.ids.length; from += PER_JOB)
            await this.jobs.enqueue(uow, followReferencesJob, {
              ...many,
              to: { ...many.to, ids: many.to.ids.slice(from, from + PER_JOB) },
            });
      },
    });
  }
}
