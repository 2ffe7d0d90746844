import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import {
  BulkJobRunner,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { type Cascade, CASCADE_START, type CascadeCursor, RecordCascades } from '@pellucid/platform/records';
import { runCascadeJob } from './run-cascade.job.js';

/** Changes the records that a large deletion or restoration affects. */
@JobHandler(runCascadeJob)
export class RunCascadeHandler implements JobHandling<typeof runCascadeJob> {
  constructor(
    @Inject(RecordCascades) private readonly cascades: RecordCascades,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runCascadeJob>, run: JobRun): Promise<void> {
    await this.runner.run<Cascade, CascadeCursor>(run, id, {
      start: CASCADE_START,
      batch: async (uow, cursor, { request }) => {
        const { next, counts, failures } = await this.cascades.batch(uow, id, request, cursor);
        const step = {
          counts,
          failures: failures.map((failure, n) => ({ row: cursor.done + n, ...failure })),
        };
        return next ? { ...step, next } : { ...step, total: cursor.done, done: true };
      },
      after: () => this.access.noteObserved(),
      dropped: (uow) => this.cascades.forget(uow, id),
    });
  }
}
