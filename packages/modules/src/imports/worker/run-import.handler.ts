import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { finalReason, ImportEndedError, isTheirs } from '../engine/import-end.js';
import { ImportRunner } from '../engine/import-runner.js';
import { ImportsRepository } from '../imports.repository.js';
import { runImportJob } from '../jobs/run-import.job.js';

/** Runs imports in the worker. */
@JobHandler(runImportJob)
export class RunImportHandler implements JobHandling<typeof runImportJob> {
  constructor(
    @Inject(ImportRunner) private readonly runner: ImportRunner,
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  async handle({ importId }: JobPayload<typeof runImportJob>, run: JobRun): Promise<void> {
    try {
      await this.runner.run(importId, run);
    } catch (error) {
      if (error instanceof ImportEndedError) return;
      const reason = finalReason(error, run);
      if (reason === undefined) throw error;
      await this.units.run((uow) => this.repository.end(uow, importId, 'failed', reason));
      // The import reports what the person has to correct; what we have to correct also becomes a dead letter.
      if (!isTheirs(error)) throw error;
    }
  }
}
