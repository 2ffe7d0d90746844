import type { UnitOfWork } from '../../db/index.js';
import { ProblemError } from '../../errors/index.js';
import type { BatchOutcome, JobBatches } from '../job-batches.js';
import type { JobRun } from '../job-handler.js';
import type { BulkJobEnds } from './bulk-job-ends.js';
import { type BulkJobContent, type BulkStep, type BulkWork } from './bulk-job.types.js';
import type { BulkJobsRepository } from './bulk-jobs.repository.js';

/** Does the work of bulk jobs in the worker. A batch commits with its counts, its failures and the next cursor. */
export class BulkJobRunner {
  constructor(
    private readonly batches: JobBatches,
    private readonly repository: BulkJobsRepository,
    private readonly ends: BulkJobEnds,
  ) {}

  /**
   * Does the work from where the last committed batch left it, until it is done, paused or stopped.
   * @param run the attempt that the handler was given
   * @param id of the bulk job: `bulkJobId` of the payload
   * @throws JobStoppedError, or the error of a batch, which is then rolled back
   */
  async run<Request, Cursor>(run: JobRun, id: string, work: BulkWork<Request, Cursor>): Promise<void> {
    const job = await this.repository.content(id);
    if (!job) return;
    await this.batches.run<Cursor>(run, {
      start: (job.cursor as Cursor | null) ?? work.start,
      ...(work.before ? { before: (cursor: Cursor) => work.before!(cursor) } : {}),
      batch: (uow, cursor) => this.batch(uow, run, work, job as BulkJobContent<Request>, cursor),
      after: () => work.after?.(),
      failed: async (uow, error) => {
        await work.dropped?.(uow);
        await this.end(uow, id, 'failed', failureText(error));
      },
    });
  }

  private async batch<Request, Cursor>(
    uow: UnitOfWork,
    run: JobRun,
    work: BulkWork<Request, Cursor>,
    job: BulkJobContent<Request>,
    passed: Cursor,
  ): Promise<BatchOutcome<Cursor>> {
    const at = await this.repository.lock(uow, job.id);
    // A job that was paused and resumed belongs to another queue job.
    if (!at || at.jobId !== run.id || at.status === 'paused') return { done: true };
    if (at.status !== 'queued' && at.status !== 'running') {
      await work.dropped?.(uow);
      return { done: true };
    }
    const cursor = (at.cursor as Cursor | null) ?? passed;
    const step = await work.batch(uow, cursor, { ...job, total: at.total });
    await this.repository.advance(uow, job.id, {
      counts: step.counts,
      failures: step.failures ?? [],
      cursor: nextCursor(step),
      total: step.total,
      result: step.result,
    });
    if ('done' in step) await this.end(uow, job.id, 'completed');
    return step;
  }

  private async end(
    uow: UnitOfWork,
    id: string,
    status: 'completed' | 'failed',
    error?: string,
  ): Promise<void> {
    const ended = await this.repository.end(uow, id, status, error);
    if (ended && !ended.causeId) await this.ends.tell(uow, { ...ended, status });
  }
}

const nextCursor = <Cursor>(step: BulkStep<Cursor>) =>
  'next' in step ? step.next : 'later' in step ? step.later : null;

/** Returns why bulk work failed as a whole, for the person who asked for it. */
function failureText(error: unknown): string {
  return error instanceof ProblemError ? error.message : 'The work failed.';
}
