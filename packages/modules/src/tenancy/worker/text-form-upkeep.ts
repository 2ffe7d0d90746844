import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobQueue, Schedules } from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId, textFormOf } from '@pellucid/platform/records';
import { restateTextsJob } from '../jobs/restate-texts.job.js';
import { TextFormsRepository } from '../text-forms.repository.js';

const FIVE_MINUTES_MS = 300_000;

/** The product itself works, not limited by anybody's rights. */
const SYSTEM = { actor: { kind: 'system', id: null }, memberId: null } as const;

/** Requests that texts be recomputed if the rules of comparison, or the company's country, have changed. */
@Injectable()
export class TextFormUpkeep implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Schedules) private readonly schedules: Pick<Schedules, 'every'>,
    @Inject(TextFormsRepository) private readonly texts: TextFormsRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.schedules.every('restate-texts', { everyMs: FIVE_MINUTES_MS }, () => this.requestWhereNeeded());
  }

  onApplicationBootstrap(): void {
    this.requestWhereNeeded().catch((err) =>
      this.logger.warn({ err }, 'texts in an earlier form were not looked for: tried again within minutes'),
    );
  }

  /** Enqueues a job for each company whose texts are not in the current form. */
  async requestWhereNeeded(): Promise<void> {
    for (const { tenantId, locale, textForm } of await this.texts.tenantsWithoutJob(restateTextsJob.name)) {
      if (textForm === textFormOf(locale)) continue;
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      await runInContext(context, () =>
        this.units.run((uow) => this.jobs.enqueue(uow, restateTextsJob, {}, SYSTEM)),
      );
    }
  }
}
