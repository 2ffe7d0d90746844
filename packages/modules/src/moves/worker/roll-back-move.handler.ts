import { Inject } from '@nestjs/common';
import { type KeptField, MadeFieldsService } from '@pellucid/modules/custom-fields';
import { ImportRollbackEnd, ImportRollbackRepository } from '@pellucid/modules/imports';
import { UNDO_JOB_START, type UndoJobCursor, undoStep } from '@pellucid/modules/undo';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  BulkJobRunner,
  type BulkFailure,
  type BulkStep,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { FIRST_STAYS, RecordUndo, type StaysCursor, ValueHistories } from '@pellucid/platform/records';
import { rollBackMoveJob } from '../jobs/roll-back-move.job.js';
import { MovesRepository } from '../moves.repository.js';

/** How far a rollback has come: first changes are undone, then stays are taken back. */
interface MoveRollbackCursor extends UndoJobCursor {
  stays?: StaysCursor;
}

/**
 * Rolls moves back, a batch at a time: everything with the move's id as correlation id is undone, the last change first. Stays
 * that it brought are no events, so they are taken back by themselves.
 */
@JobHandler(rollBackMoveJob)
export class RollBackMoveHandler implements JobHandling<typeof rollBackMoveJob> {
  constructor(
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(MovesRepository) private readonly moves: MovesRepository,
    @Inject(ImportRollbackRepository) private readonly imports: ImportRollbackRepository,
    @Inject(ImportRollbackEnd) private readonly ends: ImportRollbackEnd,
    @Inject(ValueHistories) private readonly histories: ValueHistories,
    @Inject(MadeFieldsService) private readonly fields: MadeFieldsService,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof rollBackMoveJob>, run: JobRun): Promise<void> {
    await this.runner.run<{ moveId: string; importIds: string[] }, MoveRollbackCursor>(run, id, {
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
    cursor: MoveRollbackCursor,
  ): Promise<BulkStep<MoveRollbackCursor>> {
    if (cursor.stays === undefined) {
      const step = await undoStep(this.undo, uow, { correlationId: moveId }, cursor);
      if (!('done' in step)) return step;
      const { counts, failures } = step;
      return {
        counts,
        failures: failures ?? [],
        next: {
          ...cursor,
          records: step.total ?? 0,
          failures: cursor.failures + (failures?.length ?? 0),
          stays: FIRST_STAYS,
        },
      };
    }
    const next = await this.histories.takeBack(uow, [moveId, ...importIds], cursor.stays);
    if (next) return { counts: {}, failures: [], next: { ...cursor, stays: next } };
    for (const importId of importIds) await this.ends.end(uow, importId);
    const kept = await this.fields.takeBack(uow, await this.moves.madeFields(uow, moveId));
    await this.moves.endRollback(uow, moveId);
    return {
      counts: kept.length ? { failed: kept.length } : {},
      failures: kept.map((field, n) => failureOf(field, cursor.failures + n)),
      total: cursor.records + kept.length,
      done: true,
    };
  }
}

const WHY_KEPT: Record<KeptField['code'], string> = {
  fieldHoldsValues: 'was added by the move and stays, because records have values in it',
  fieldInUse: 'was added by the move and stays, because it is used, for example in a view or a role',
  permissionMissing: "was added by the move and stays, because your roles don't let you delete fields",
};

/** Returns a field that stays as a failure of the job. */
const failureOf = ({ object, name, label, code }: KeptField, row: number): BulkFailure => ({
  row,
  recordId: null,
  object,
  errors: [{ pointer: `/custom/${name}`, code, message: `The field "${label}" ${WHY_KEPT[code]}.` }],
});
