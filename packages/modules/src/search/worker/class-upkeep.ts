import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { Schedules } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId } from '@pellucid/platform/records';
import { SearchClasses } from '../classes/search-classes.js';
import { SearchClassesRepository } from '../classes/search-classes.repository.js';
import { rebuildSearchJob } from '../jobs/rebuild.job.js';
import { SearchRebuilds } from '../rebuilds.js';

const TWO_SECONDS_MS = 2_000;

/** Compares visibility classes with rights and definitions that have changed, and requests the documents that are missing. */
@Injectable()
export class ClassUpkeep implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(SearchClasses) private readonly classes: SearchClasses,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(SearchRebuilds) private readonly rebuilds: SearchRebuilds,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.schedules.every('search-classes', { everyMs: TWO_SECONDS_MS }, () => this.compareAll());
  }

  onApplicationBootstrap(): void {
    this.compareAll().catch((err) =>
      this.logger.warn({ err }, 'the classes of the search were not compared: tried again within seconds'),
    );
  }

  /** Compares the classes of every tenant whose rights or definitions have changed. */
  async compareAll(): Promise<void> {
    for (const tenantId of await this.repository.tenantsToCompare(rebuildSearchJob.name)) {
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      // One company that fails must not keep the others waiting.
      await runInContext(context, () => this.compare()).catch((err) =>
        this.logger.warn({ err, tenantId }, "the classes of a company's search were not compared"),
      );
    }
  }

  private async compare(): Promise<void> {
    await this.units.run(async (uow) => {
      await this.repository.lock(uow);
      const classes = await this.classes.upToDate(uow);
      const isNeeded =
        classes.some(({ isReady }) => !isReady) || (await this.classes.superfluous(classes)).length > 0;
      if (isNeeded) await this.rebuilds.requestMissing(uow);
    });
  }
}
