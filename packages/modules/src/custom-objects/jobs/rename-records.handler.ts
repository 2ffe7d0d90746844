import { Inject } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { RecordService, restateNamesStatements } from '@pellucid/platform/records';
import { CustomObjectsRepository } from '../custom-objects.repository.js';
import { renameRecordsJob } from './rename-records.job.js';

const BATCH = 500;

/** Recomputes the names of all records of an object, deleted ones included, in batches. */
@JobHandler(renameRecordsJob)
export class RenameRecordsHandler implements JobHandling<typeof renameRecordsJob> {
  constructor(
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobBatches) private readonly batches: JobBatches,
  ) {}

  async handle({ id }: JobPayload<typeof renameRecordsJob>, run: JobRun): Promise<void> {
    await this.batches.run<string | null>(run, {
      start: null,
      batch: (uow, after) => this.batch(uow, id, after),
    });
  }

  private async batch(
    uow: UnitOfWork,
    id: string,
    after: string | null,
  ): Promise<BatchOutcome<string | null>> {
    const object = (await this.repository.ever(uow)).find((o) => o.id === id);
    // An object that is restored later keeps the names of its records until they change.
    if (!object || object.deletedAt) return { done: true };
    const { descriptor } = await this.records.reader.contextFor(object.name);
    const plan = this.records.reader.plan(descriptor);
    const records = await this.repository.records(uow, plan, after, BATCH);
    if (records.length) await uow.together(restateNamesStatements(descriptor, uow.tenantId, records));
    return records.length === BATCH ? { next: records.at(-1)!.id } : { done: true };
  }
}
