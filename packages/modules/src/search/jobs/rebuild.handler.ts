import { Inject } from '@nestjs/common';
import {
  BulkJobRunner,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { type RebuildRequest, rebuildSearchJob } from './rebuild.job.js';
import { REBUILD_START, type RebuildCursor, RebuildWork } from './rebuild-work.js';

/** Rebuilds the index of a company. */
@JobHandler(rebuildSearchJob)
export class RebuildSearchHandler implements JobHandling<typeof rebuildSearchJob> {
  constructor(
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(RebuildWork) private readonly work: RebuildWork,
  ) {}

  async handle({ bulkJobId }: JobPayload<typeof rebuildSearchJob>, run: JobRun): Promise<void> {
    await this.runner.run<RebuildRequest, RebuildCursor>(run, bulkJobId, {
      start: REBUILD_START,
      batch: async (uow, cursor, { request }) => {
        const { next, count, total } = await this.work.batch(uow, cursor, request.all);
        const step = { counts: { indexed: count }, ...(total === undefined ? {} : { total }) };
        return next ? { ...step, next } : { ...step, done: true };
      },
    });
  }
}
