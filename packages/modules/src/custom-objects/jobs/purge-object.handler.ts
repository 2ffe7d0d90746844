import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { securityEventStatements } from '@pellucid/platform/records';
import { CustomObjectsRepository } from '../custom-objects.repository.js';
import { PurgeRepository } from './purge.repository.js';
import { purgeObjectJob } from './purge-object.job.js';

const BATCH = 500;

/** Removes the records of a deleted object in batches, then what else names the object. Its definition and its log stay. */
@JobHandler(purgeObjectJob)
export class PurgeObjectHandler implements JobHandling<typeof purgeObjectJob> {
  constructor(
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
    @Inject(PurgeRepository) private readonly purge: PurgeRepository,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  async handle({ id }: JobPayload<typeof purgeObjectJob>, run: JobRun): Promise<void> {
    await this.batches.run<null>(run, {
      start: null,
      batch: (uow) => this.batch(uow, id),
      after: () => this.directory.forget(requireTenant()),
    });
  }

  private async batch(uow: UnitOfWork, id: string): Promise<BatchOutcome<null>> {
    // Holds the company's row, so that nobody restores the object in the meantime.
    await uow.bumpAccessVersion();
    const object = (await this.repository.ever(uow)).find((o) => o.id === id);
    if (!object?.deletedAt || object.purgedAt) return { done: true };
    const removed = await this.purge.records(uow, object, BATCH);
    if (removed === BATCH) return { next: null };
    await this.purge.mentions(uow, object.name);
    await this.repository.setPurged(uow, id);
    await uow.together(
      securityEventStatements([
        {
          verb: 'customObjectPurged',
          object: 'customObject',
          recordId: id,
          changes: { name: { before: object.name } },
        },
      ]),
    );
    return { done: true };
  }
}
