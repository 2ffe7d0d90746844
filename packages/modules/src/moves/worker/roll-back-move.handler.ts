import { Inject } from '@nestjs/common';
import { ImportRollbackEnd, ImportRollbackRepository } from '@pellucid/modules/imports';
import { UNDO_JOB_START, type UndoJobCursor, undoStep } from '@pellucid/modules/undo';
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
import { RecordUndo } from '@pellucid/platform/records';
import { rollBackMoveJob } from '../jobs/roll-back-move.job.js';
import { MovesRepository } from '../moves.repository.js';

/** Rolls moves back, a batch at a time: everything with the move's id as correlation id is undone, the last change first. */
@JobHandler(rollBackMoveJob)
export class RollBackMoveHandler implements JobHandling<typeof rollBackMoveJob> {
  constructor(
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(MovesRepository) private readonly moves: MovesRepository,
    @Inject(ImportRollbackRepository) private readonly imports: ImportRollbackRepository,
    @Inject(ImportRollbackEnd) private readonly ends: ImportRollbackEnd,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof rollBackMoveJob>, run: JobRun): Promise<void> {
    await this.runner.run<{ moveId: string; importIds: string[] }, UndoJobCursor>(run, id, {
      start: UNDO_JOB_START,
      batch: (uow, cursor, { request }) => this.batch(uow, request, cursor),
      after: () => this.directory.noteObserved(),
      dropped: async (uow) => {
        await this.imports.stop(uow, id);
        await this.moves.stopRollback(uow, id);
      },
    });
  }

  private async batch(
    uow: UnitOfWork,
    { moveId, importIds }: { moveId: string; importIds: string[] },
    cursor: UndoJobCursor,
  ): Promise<BulkStep<UndoJobCursor>> {
    const step = await undoStep(this.undo, uow, { correlationId: moveId }, cursor);
    if ('done' in step) {
      for (const importId of importIds) await this.ends.end(uow, importId);
      await this.moves.endRollback(uow, moveId);
    }
    return step;
  }
}
