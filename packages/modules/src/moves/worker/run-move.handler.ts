import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { finalReason, ImportFiles, isTheirs } from '@pellucid/modules/imports';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { runMoveJob } from '../jobs/run-move.job.js';
import { MovesRepository } from '../moves.repository.js';
import { MoveEndedError } from '../running/move-ended.error.js';
import { MoveRunner } from '../running/move-runner.js';

/** Runs moves in the worker. */
@JobHandler(runMoveJob)
export class RunMoveHandler implements JobHandling<typeof runMoveJob> {
  constructor(
    @Inject(MoveRunner) private readonly runner: MoveRunner,
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  async handle({ moveId }: JobPayload<typeof runMoveJob>, run: JobRun): Promise<void> {
    try {
      await this.runner.run(moveId, run);
    } catch (error) {
      if (error instanceof MoveEndedError) return;
      const reason = finalReason(error, run);
      if (reason === undefined) throw error;
      await this.units.run(async (uow) => {
        if (!(await this.repository.end(uow, moveId, 'failed', reason))) return;
        await this.files.release(await this.repository.filesOf(uow, moveId), uow);
      });
      // The move says what its person can mend; what we have to mend also becomes a dead letter.
      if (!isTheirs(error)) throw error;
    }
  }
}
