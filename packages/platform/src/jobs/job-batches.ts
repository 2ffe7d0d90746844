import { repeatOnDeadlock, type UnitOfWork, type UnitOfWorkFactory } from '../db/index.js';
import { classifyError, TransientError } from './job-error.js';
import type { JobRun } from './job-handler.js';

/** What a batch leaves to do. It commits with the batch. */
export type BatchOutcome<Cursor> =
  /** There is more to do, from this cursor. */
  | { next: Cursor }
  /** What is left cannot be done now: the job is retried later, from this cursor. */
  | { later: Cursor; because: string }
  /** All is done, or no longer wanted. The job completes with this batch. */
  | { done: true };

/** Work over many rows that a job does a batch at a time. */
export interface BatchedWork<Cursor> {
  /** The cursor of the first batch. Cursors are JSON, without record content. */
  start: Cursor;
  /**
   * Prepares a batch outside of its transaction, such as by waiting for other transactions. It runs again if the batch
   * is repeated.
   */
  before?(cursor: Cursor): Promise<void>;
  /**
   * Does one batch in the given transaction. It runs again after a deadlock, so it must not affect anything outside of
   * the transaction.
   */
  batch(uow: UnitOfWork, cursor: Cursor): Promise<BatchOutcome<Cursor>>;
  /** Runs after a batch has committed. A killed worker may skip it, so use it for caches of the process only. */
  after?(outcome: BatchOutcome<Cursor>): void;
  /** Tells people that the work failed and no retry can help. The job becomes a dead letter. */
  failed?(uow: UnitOfWork, error: unknown): Promise<void>;
}

/**
 * Runs work over many rows as a job. The job's row is the truth: a batch's effect, the cursor of the next one and the
 * end of the job commit together, so a worker that is killed at any moment loses no batch and repeats none. Between
 * batches the job stops if it was cancelled, if another worker has taken it over or if the process shuts down; the next
 * attempt continues from the cursor.
 */
export class JobBatches {
  /** @param prepare readies the tenant's snapshot: what a transaction reads of it is not kept for the next one */
  constructor(
    private readonly units: UnitOfWorkFactory,
    private readonly prepare: () => Promise<void> = async () => {},
  ) {}

  /**
   * Does the work from where the last committed batch left it until it is done.
   * @throws JobStoppedError, or the error of a batch, which is then rolled back
   */
  async run<Cursor>(run: JobRun, work: BatchedWork<Cursor>): Promise<void> {
    try {
      await this.untilDone(run, work);
    } catch (error) {
      if (work.failed && classifyError(error) === 'permanent')
        await this.units.run(async (uow) => {
          await run.guard(uow);
          await work.failed!(uow, error);
        });
      throw error;
    }
  }

  private async untilDone<Cursor>(run: JobRun, work: BatchedWork<Cursor>): Promise<void> {
    let cursor: Cursor =
      (await this.units.run(async (uow) => (await run.guard(uow)) as Awaited<Cursor> | null)) ?? work.start;
    for (;;) {
      run.signal.throwIfAborted();
      await work.before?.(cursor);
      await this.prepare();
      const outcome = await repeatOnDeadlock(() =>
        this.units.run(async (uow) => {
          await run.guard(uow);
          const done = await work.batch(uow, cursor);
          if ('done' in done) await run.completeIn(uow);
          else await run.moveTo(uow, 'next' in done ? done.next : done.later);
          return done;
        }),
      );
      work.after?.(outcome);
      if ('done' in outcome) return;
      if ('later' in outcome) throw new TransientError(outcome.because);
      cursor = outcome.next;
      await run.checkpoint();
    }
  }
}
