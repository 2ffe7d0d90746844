import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { finalReason } from '@pellucid/modules/imports';
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
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  async handle({ moveId }: JobPayload<typeof runMoveJob>, run: JobRun): Promise<void> {
    try {
      await this.runner.run(moveId, run);
    } catch (error) {
      if (error instanceof MoveEndedError) return;
      if (finalReason(error, run) !== undefined)
        await this.units.run((uow) => this.repository.end(uow, moveId, 'failed'));
      throw error;
    }
  }
}
