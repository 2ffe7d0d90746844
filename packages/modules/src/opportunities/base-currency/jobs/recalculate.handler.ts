import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch, UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
  TransientError,
} from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { RecordService } from '@pellucid/platform/records';
import { BaseCurrencyRepository, KEPT_OBJECTS, type KeptObject } from '../base-currency.repository.js';
import { recalculateJob } from './recalculate.job.js';

const BATCH = 200;

/**
 * Processes all records with amounts in the base currency in batches and lets the engine write them; participants
 * convert amounts from an earlier base currency. Each record stores the currency of its amounts, so an attempt that is
 * killed leaves no record half converted, and the next attempt continues with the rest.
 */
@JobHandler(recalculateJob)
export class RecalculateHandler implements JobHandling<typeof recalculateJob> {
  constructor(
    @Inject(BaseCurrencyRepository) private readonly repository: BaseCurrencyRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(_payload: JobPayload<typeof recalculateJob>, run: JobRun): Promise<void> {
    this.directory.forget(run.tenantId);
    // Writes that are now running may still use the earlier base currency.
    await this.transactions.waitForRunning(() => run.checkpoint());
    for (const object of KEPT_OBJECTS) await this.recalculate(object, run);
    await this.units.run(async (uow) => {
      await run.guard(uow);
      const change = await this.repository.changeForUpdate(uow);
      for (const object of change ? KEPT_OBJECTS : [])
        if ((await this.repository.pending(uow, object, change!.to, null, 1)).length)
          throw new TransientError(`some ${object} could not be recalculated: an exchange rate is missing`);
      await this.repository.finish(uow);
      await run.completeIn(uow);
    });
    this.directory.forget(run.tenantId);
  }

  private async recalculate(object: KeptObject, run: JobRun): Promise<void> {
    for (let after: string | null = null; ; ) {
      after = await this.units.run(async (uow) => {
        await run.guard(uow);
        const change = await this.repository.changeForUpdate(uow);
        const ids = change ? await this.repository.pending(uow, object, change.to, after, BATCH) : [];
        if (!ids.length) return null;
        const outcomes = await this.records.writer.write(
          object,
          'update',
          ids.map((id) => ({
            id,
            values: {},
            derived: { by: 'opportunities', values: { baseCurrency: change!.to } },
            verb: 'recalculated',
          })),
          { uow, asks: 'product', deletedToo: true },
        );
        await this.repository.advance(uow, outcomes.filter(({ status }) => status === 'updated').length);
        for (const { id, errors } of outcomes)
          if (errors) this.logger.warn({ object, id, errors }, 'a record was not recalculated');
        return ids.at(-1)!;
      });
      if (after === null) return;
      await run.checkpoint();
    }
  }
}
