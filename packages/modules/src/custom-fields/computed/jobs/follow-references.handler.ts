import { Inject } from '@nestjs/common';
import {
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { FollowChanges } from '@pellucid/platform/records';
import { followReferencesJob } from './follow-references.job.js';

/** Follows changes that affect more records than a consumer works out at once. */
@JobHandler(followReferencesJob)
export class FollowReferencesHandler implements JobHandling<typeof followReferencesJob> {
  constructor(
    @Inject(FollowChanges) private readonly changes: FollowChanges,
    @Inject(JobBatches) private readonly batches: JobBatches,
  ) {}

  async handle(many: JobPayload<typeof followReferencesJob>, run: JobRun): Promise<void> {
    await this.batches.run<string | null>(run, {
      start: null,
      batch: async (uow, after) => {
        const { next } = await this.changes.followMany(uow, many, after);
        return next === null ? { done: true } : { next };
      },
    });
  }
}
