import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  BulkJobRunner,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { newId } from '@pellucid/platform/records';
import { EXPORT_START, type ExportCursor, ExportWriter } from '../export-writer.js';
import { ExportsRepository } from '../exports.repository.js';
import { runExportJob } from './run-export.job.js';

/** Writes exports in the worker. */
@JobHandler(runExportJob)
export class RunExportHandler implements JobHandling<typeof runExportJob> {
  constructor(
    @Inject(ExportWriter) private readonly writer: ExportWriter,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(ExportsRepository) private readonly repository: ExportsRepository,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runExportJob>, run: JobRun): Promise<void> {
    const found = await this.repository.find(id);
    if (!found) return;
    let partId = '';
    await this.runner.run<unknown, ExportCursor>(run, id, {
      start: EXPORT_START,
      // A part has a row before it has content, so that what a killed worker leaves behind is removed some day.
      before: async ({ counted }) => {
        partId = newId();
        if (!counted) await this.units.run((uow) => this.repository.announce(uow, id, partId));
      },
      batch: (uow, cursor, { total }) => this.writer.batch(uow, found, cursor, partId, total),
      after: () => this.access.noteObserved(),
      dropped: (uow) => this.repository.drop(uow, id),
    });
  }
}
