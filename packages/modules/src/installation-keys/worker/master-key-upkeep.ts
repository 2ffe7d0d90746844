import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { MasterKeys } from '@pellucid/platform/crypto';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobQueue, Schedules } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId } from '@pellucid/platform/records';
import { rewrapKeysJob } from '../jobs/rewrap-keys.job.js';
import { WrappedKeysRepository } from '../wrapped-keys.repository.js';
import { SHARED_PLACES, TENANT_PLACES } from '../wrapped-places.js';

const HOUR_MS = 3_600_000;

/** The product itself works, not limited by anybody's rights. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

/** Requests that secrets under an earlier master key be rewrapped, as long as one is configured. */
@Injectable()
export class MasterKeyUpkeep implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(WrappedKeysRepository) private readonly wrapped: WrappedKeysRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(MasterKeys) private readonly keys: MasterKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.schedules.every('rewrap-keys', { everyMs: HOUR_MS }, () => this.requestWhereNeeded());
  }

  onApplicationBootstrap(): void {
    this.requestWhereNeeded().catch((err) =>
      this.logger.warn(
        { err },
        'keys under an earlier master key were not looked for: tried again within the hour',
      ),
    );
  }

  /** Enqueues a job for each company that has secrets left and no such job that is waiting, running or dead. */
  async requestWhereNeeded(): Promise<void> {
    if (this.keys.ids.length < 2) return;
    // One company's job also rewraps what belongs to no company.
    let isNeeded = await this.isAnyOld(SHARED_PLACES);
    for (const tenantId of await this.wrapped.tenantsWithoutJob(rewrapKeysJob.name)) {
      if (!isNeeded && !(await this.isAnyOld(TENANT_PLACES, tenantId))) continue;
      isNeeded = false;
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () =>
        this.units.run((uow) => this.jobs.enqueue(uow, rewrapKeysJob, {}, SYSTEM)),
      );
    }
  }

  private async isAnyOld(places: typeof TENANT_PLACES, tenantId?: string): Promise<boolean> {
    for (const place of places) if (await this.wrapped.hasOld(place, tenantId)) return true;
    return false;
  }
}
