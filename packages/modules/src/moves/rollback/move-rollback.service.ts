import { Inject, Injectable } from '@nestjs/common';
import { ImportRollbackRepository, isTooLateToRollBack } from '@pellucid/modules/imports';
import { UndoRepository } from '@pellucid/modules/undo';
import { currentContext } from '@pellucid/platform/context';
import { forbidden } from '@pellucid/platform/errors';
import { BulkJobs } from '@pellucid/platform/jobs';
import {
  type CauseSelector,
  type IdempotencyRequest,
  newId,
  RecordService,
} from '@pellucid/platform/records';
import { rollBackMoveJob } from '../jobs/roll-back-move.job.js';
import { moveUnderWay, nothingToRollBack, rollbackExpired, rollbackInProgress } from '../moves.errors.js';
import { MovesRepository } from '../moves.repository.js';
import { MovesService } from '../moves.service.js';

/** Takes moves back as a whole, as far as others have not changed since what they brought. */
@Injectable()
export class MoveRollbackService {
  constructor(
    @Inject(MovesService) private readonly moves: MovesService,
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(ImportRollbackRepository) private readonly imports: ImportRollbackRepository,
    @Inject(UndoRepository) private readonly undos: UndoRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
  ) {}

  /** Starts a rollback, as a job. @throws ProblemError 404, 403 while viewing as a role, 409 for a move that has not ended, 410 after the days in which imports can be rolled back */
  async start(id: string, idempotency?: IdempotencyRequest): Promise<void> {
    const move = await this.moves.get(id);
    await this.records.unit(idempotency, async (uow) => {
      if (currentContext().viewAs)
        throw forbidden(
          'viewingAsRole',
          'You are viewing Pellucid as a role. Leave the view to roll the move back.',
        );
      if (move.status === 'queued' || move.status === 'running') throw moveUnderWay();
      if (move.status === 'rolling_back') throw rollbackInProgress();
      if (move.status === 'draft' || move.status === 'rolled_back') throw nothingToRollBack();
      if (isTooLateToRollBack(move)) throw rollbackExpired();
      const steps = await this.repository.steps(id);
      const rollbackId = newId();
      const cause: CauseSelector = { correlationId: id };
      if (!(await this.repository.beginRollback(uow, id, rollbackId, move.status))) throw nothingToRollBack();
      // Imports that were rolled back by themselves stay so.
      const importIds: string[] = [];
      for (const { importId } of steps)
        if (importId && (await this.imports.begin(uow, importId, rollbackId))) importIds.push(importId);
      await this.undos.begin(uow, rollbackId, cause);
      const spec = {
        id: rollbackId,
        kind: 'moveRollback',
        object: null,
        action: 'undo',
        request: { moveId: id, importIds },
        total: 0,
      };
      await this.jobs.start(uow, rollBackMoveJob, spec, { kind: 'undo', id: rollbackId });
      return { status: 202, body: { id } };
    });
  }
}
