import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch } from '@pellucid/platform/db';
import {
  BulkJobRunner,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { ANNOUNCED_MS, type CreationPlace, FollowChanges } from '@pellucid/platform/records';
import { recalculateObjectJob } from './recalculate-object.job.js';

/** How far the work is. */
interface Cursor {
  /** Number of records that are done. */
  done: number;
  /** The last of them; null at the start. */
  after: CreationPlace | null;
}

/** Works out the values of a field that was added or changed, in the order in which the records were created. */
@JobHandler(recalculateObjectJob)
export class RecalculateObjectHandler implements JobHandling<typeof recalculateObjectJob> {
  constructor(
    @Inject(FollowChanges) private readonly changes: FollowChanges,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof recalculateObjectJob>, run: JobRun): Promise<void> {
    await this.runner.run<{ object: string }, Cursor>(run, id, {
      start: { done: 0, after: null },
      before: async ({ after }) => {
        if (after) return;
        // By then every process knows of the field; what it writes from then on has the value.
        await new Promise((elapsed) => setTimeout(elapsed, ANNOUNCED_MS));
        await this.transactions.waitForRunning(() => run.checkpoint());
        this.directory.forget(run.tenantId);
      },
      batch: async (uow, { done, after }, { request }) => {
        const batch = await this.changes.backfill(uow, request.object, after);
        const step = {
          counts: { done: batch.done - batch.failed.length, failed: batch.failed.length },
          failures: batch.failed.map(({ id: recordId, message }, n) => ({
            row: done + n,
            recordId,
            errors: [{ pointer: '', code: 'notRecalculated', message }],
          })),
        };
        return batch.next
          ? { ...step, next: { done: done + batch.done, after: batch.next } }
          : { ...step, total: done + batch.done, done: true };
      },
    });
  }
}
