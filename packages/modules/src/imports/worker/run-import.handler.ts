import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { finalReason, ImportEndedError, isTheirs } from '../engine/import-end.js';
import { ImportRunner } from '../engine/import-runner.js';
import { ImportEndNotices } from '../import-end-notices.js';
import { ImportsRepository } from '../imports.repository.js';
import { runImportJob } from '../jobs/run-import.job.js';

/** Runs imports in the worker. */
@JobHandler(runImportJob)
export class RunImportHandler implements JobHandling<typeof runImportJob> {
  constructor(
    @Inject(ImportRunner) private readonly runner: ImportRunner,
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(ImportEndNotices) private readonly notices: ImportEndNotices,
  ) {}

  async handle({ importId }: JobPayload<typeof runImportJob>, run: JobRun): Promise<void> {
    try {
      const { signal } = run;
      await this.runner.run(importId, {
        signal,
        guard: (uow) => run.guard(uow),
        completeIn: async (uow) => {
          await this.notices.add(uow, importId, 'completed');
          await run.completeIn(uow);
        },
      });
    } catch (error) {
      if (error instanceof ImportEndedError) return;
      const reason = finalReason(error, run);
      if (reason === undefined) throw error;
      await this.units.run(async (uow) => {
        if (await this.repository.end(uow, importId, 'failed', reason))
          await this.notices.add(uow, importId, 'failed');
      });
      // The import reports what the person has to correct; what we have to correct also becomes a dead letter.
      if (!isTheirs(error)) throw error;
    }
  }
}
