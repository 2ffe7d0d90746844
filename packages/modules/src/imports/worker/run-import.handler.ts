import { Inject } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  classifyError,
  isOutage,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
  JobStoppedError,
} from '@pellucid/platform/jobs';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { ImportEndedError, ImportImpossibleError } from '../engine/import-end.js';
import { ImportRunner } from '../engine/import-runner.js';
import { ImportsRepository } from '../imports.repository.js';
import { runImportJob } from '../jobs/run-import.job.js';
import { TableRefusedError } from '../tables/table-refused.js';

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

function isTheirs(error: unknown): error is Error {
  return (
    error instanceof TableRefusedError ||
    error instanceof ImportImpossibleError ||
    error instanceof StoredFileMissingError ||
    ((error as { status?: number } | null)?.status ?? 500) < 500
  );
}

/** Returns the import's error when it is given up; undefined while another attempt may help. */
function finalReason(error: unknown, run: JobRun): string | undefined {
  if (error instanceof JobStoppedError || isOutage(error)) return undefined;
  if (error instanceof StoredFileMissingError)
    return 'The uploaded file is no longer available. Upload it again.';
  if (error instanceof TableRefusedError || error instanceof ImportImpossibleError) return error.message;
  const kind = classifyError(error);
  if (kind === 'permanent' && isTheirs(error)) return error.message;
  if (kind === 'permanent' || run.isLastAttempt)
    return `Something went wrong. Rows imported so far were kept. Include this correlation ID when you report it: ${currentContext().correlationId}.`;
  return undefined;
}
