import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import {
  BulkJobRunner,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { type CauseSelector, RecordUndo } from '@pellucid/platform/records';
import { runUndoJob } from './run-undo.job.js';
import { UNDO_JOB_START, type UndoJobCursor, undoStep } from './undo-step.js';

/** Undoes causes of many changes, a batch at a time. */
@JobHandler(runUndoJob)
export class RunUndoHandler implements JobHandling<typeof runUndoJob> {
  constructor(
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runUndoJob>, run: JobRun): Promise<void> {
    await this.runner.run<CauseSelector, UndoJobCursor>(run, id, {
      start: UNDO_JOB_START,
      batch: (uow, cursor, { request }) => undoStep(this.undo, uow, request, cursor),
      after: () => this.access.noteObserved(),
    });
  }
}
