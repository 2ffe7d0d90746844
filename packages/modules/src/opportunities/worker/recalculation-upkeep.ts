import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobQueue, Schedules } from '@pellucid/platform/jobs';
import { newId } from '@pellucid/platform/records';
import { BaseCurrencyRepository } from '../base-currency/base-currency.repository.js';
import { recalculateJob } from '../base-currency/jobs/recalculate.job.js';

const FIVE_MINUTES_MS = 300_000;

/** The product itself works, not limited by anybody's rights. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

/** Enqueues recalculations again if their job has died, so that no company stays half recalculated. */
@Injectable()
export class RecalculationUpkeep implements OnModuleInit {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(BaseCurrencyRepository) private readonly repository: BaseCurrencyRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
  ) {}

  onModuleInit(): void {
    this.schedules.every('recalculate-amounts', { everyMs: FIVE_MINUTES_MS }, () =>
      this.requestWhereNeeded(),
    );
  }

  /** Enqueues a job for each company that is being recalculated and has none. */
  async requestWhereNeeded(): Promise<void> {
    for (const tenantId of await this.repository.tenantsWithoutJob(recalculateJob.name)) {
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () =>
        this.units.run((uow) => this.jobs.enqueue(uow, recalculateJob, {}, SYSTEM)),
      );
    }
  }
}
