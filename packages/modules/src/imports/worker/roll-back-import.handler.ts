import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  BulkJobRunner,
  type BulkStep,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { FIRST_STAYS, RecordUndo, type StaysCursor, ValueHistories } from '@pellucid/platform/records';
import { UNDO_JOB_START, type UndoJobCursor, undoStep } from '@pellucid/modules/undo';
import { ImportRollbackEnd } from '../rollback/import-rollback-end.js';
import { ImportRollbackRepository } from '../rollback/import-rollback.repository.js';
import { rollBackImportJob } from '../rollback/roll-back-import.job.js';

/** How far a rollback has come: first changes are undone, then stays that were no changes are taken back. */
interface ImportRollbackCursor extends UndoJobCursor {
  stays?: StaysCursor;
}

/** Rolls imports back, a batch at a time. */
@JobHandler(rollBackImportJob)
export class RollBackImportHandler implements JobHandling<typeof rollBackImportJob> {
  constructor(
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(ImportRollbackRepository) private readonly rollbacks: ImportRollbackRepository,
    @Inject(ImportRollbackEnd) private readonly ends: ImportRollbackEnd,
    @Inject(ValueHistories) private readonly histories: ValueHistories,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof rollBackImportJob>, run: JobRun): Promise<void> {
    await this.runner.run<{ importId: string }, ImportRollbackCursor>(run, id, {
      start: UNDO_JOB_START,
      batch: (uow, cursor, { request }) => this.batch(uow, request.importId, cursor),
      after: () => this.directory.noteObserved(),
      dropped: (uow) => this.rollbacks.stop(uow, id),
    });
  }

  private async batch(
    uow: UnitOfWork,
    id: string,
    cursor: ImportRollbackCursor,
  ): Promise<BulkStep<ImportRollbackCursor>> {
    if (cursor.stays === undefined) {
      const step = await undoStep(this.undo, uow, { cause: { kind: 'import', id } }, cursor);
      if (!('done' in step)) return step;
      const { counts, failures = [], total = 0 } = step;
      return { counts, failures, next: { ...cursor, records: total, stays: FIRST_STAYS } };
    }
    const next = await this.histories.takeBack(uow, [id], cursor.stays);
    if (next) return { counts: {}, next: { ...cursor, stays: next } };
    await this.ends.end(uow, id);
    return { counts: {}, total: cursor.records, done: true };
  }
}
