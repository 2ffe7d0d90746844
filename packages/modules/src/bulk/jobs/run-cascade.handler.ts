import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { type Cascade, CASCADE_START, type CascadeCursor, RecordCascades } from '@pellucid/platform/records';
import { BulkRepository, isCascade } from '../bulk.repository.js';
import { failureText } from './failure-text.js';
import { runCascadeJob } from './run-cascade.job.js';

/** Changes the records that a large deletion or restoration affects. */
@JobHandler(runCascadeJob)
export class RunCascadeHandler implements JobHandling<typeof runCascadeJob> {
  constructor(
    @Inject(RecordCascades) private readonly cascades: RecordCascades,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runCascadeJob>, run: JobRun): Promise<void> {
    const found = await this.repository.request(id);
    if (!found) return;
    const { request } = found;
    await this.batches.run<CascadeCursor>(run, {
      start: CASCADE_START,
      batch: (uow, cursor) => this.batch(uow, id, isCascade(request) ? request.cascade : null, cursor),
      after: () => this.access.noteObserved(),
      failed: async (uow, error) => {
        await this.cascades.forget(uow, id);
        await this.repository.end(uow, id, 'failed', failureText(error));
      },
    });
  }

  /** @param cascade null for one that ended before this attempt */
  private async batch(
    uow: UnitOfWork,
    id: string,
    cascade: Cascade | null,
    cursor: CascadeCursor,
  ): Promise<BatchOutcome<CascadeCursor>> {
    const at = await this.repository.lock(uow, id);
    if (!at || !cascade || !['queued', 'running'].includes(at.status)) {
      await this.cascades.forget(uow, id);
      return { done: true };
    }
    const { next, counts, failures } = await this.cascades.batch(uow, id, cascade, cursor);
    await this.repository.advance(uow, id, {
      counts,
      failures: failures.map((failure, n) => ({ row: cursor.done + n, ...failure })),
    });
    if (next) return { next };
    await this.repository.setTotal(uow, id, cursor.done);
    await this.repository.end(uow, id, 'completed');
    return { done: true };
  }
}
