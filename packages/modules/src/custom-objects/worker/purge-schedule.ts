import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobQueue, Schedules } from '@pellucid/platform/jobs';
import { newId } from '@pellucid/platform/records';
import { CustomObjectsRepository } from '../custom-objects.repository.js';
import { RESTORABLE_DAYS } from '../definitions/definition-form.rules.js';
import { purgeObjectJob } from '../jobs/purge-object.job.js';

const HOUR_MS = 3_600_000;

/** The product itself works, not limited by anybody's rights. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

/** Has the records of objects removed that can no longer be restored. */
@Injectable()
export class PurgeSchedule implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(CustomObjectsRepository) private readonly repository: CustomObjectsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.schedules.every('purge-custom-objects', { everyMs: HOUR_MS }, () => this.requestWhereDue());
  }

  /** Enqueues a job for each object that was deleted too long ago to be restored. */
  async requestWhereDue(): Promise<void> {
    for (const { tenantId, id } of await this.repository.due(purgeObjectJob.name, RESTORABLE_DAYS)) {
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () =>
        this.units.run((uow) => this.jobs.enqueue(uow, purgeObjectJob, { id }, SYSTEM)),
      );
    }
  }
}
