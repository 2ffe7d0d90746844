import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch, type UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { RecordService } from '@pellucid/platform/records';
import {
  BaseCurrencyRepository,
  type BaseCurrencyChange,
  KEPT_OBJECTS,
  type KeptObject,
} from '../base-currency.repository.js';
import { recalculateJob } from './recalculate.job.js';

const BATCH = 200;

/** How far the records are recalculated. */
interface Cursor {
  /** Whether this is before the first batch: writes that are then running may still use the earlier base currency. */
  isStart: boolean;
  /** Position among the objects. */
  place: number;
  /** The last record that was tried; null at the start of an object. */
  after: string | null;
}

const START: Cursor = { isStart: true, place: 0, after: null };

/**
 * Processes all records with amounts in the base currency in batches and lets the engine write them; participants
 * convert amounts from an earlier base currency. Each record stores the currency of its amounts, so no record is ever
 * half converted.
 */
@JobHandler(recalculateJob)
export class RecalculateHandler implements JobHandling<typeof recalculateJob> {
  constructor(
    @Inject(BaseCurrencyRepository) private readonly repository: BaseCurrencyRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(_payload: JobPayload<typeof recalculateJob>, run: JobRun): Promise<void> {
    this.directory.forget(run.tenantId);
    await this.batches.run<Cursor>(run, {
      start: START,
      before: async ({ isStart }) => {
        if (isStart) await this.transactions.waitForRunning(() => run.checkpoint());
      },
      batch: (uow, cursor) => this.batch(uow, cursor),
    });
    this.directory.forget(run.tenantId);
  }

  private async batch(uow: UnitOfWork, { place, after }: Cursor): Promise<BatchOutcome<Cursor>> {
    const change = await this.repository.changeForUpdate(uow);
    const object = KEPT_OBJECTS[place];
    if (change && object) {
      const last = await this.recalculate(uow, object, change, after);
      return { next: { isStart: false, place: last === null ? place + 1 : place, after: last } };
    }
    for (const each of change ? KEPT_OBJECTS : [])
      if ((await this.repository.pending(uow, each, change!.to, null, 1)).length)
        return {
          later: START,
          because: `some ${each} could not be recalculated: an exchange rate is missing`,
        };
    await this.repository.finish(uow);
    return { done: true };
  }

  /** @returns the last record that was tried; null if there are no more */
  private async recalculate(
    uow: UnitOfWork,
    object: KeptObject,
    change: BaseCurrencyChange,
    after: string | null,
  ): Promise<string | null> {
    const ids = await this.repository.pending(uow, object, change.to, after, BATCH);
    if (!ids.length) return null;
    const outcomes = await this.records.writer.write(
      object,
      'update',
      ids.map((id) => ({
        id,
        values: {},
        derived: { by: 'opportunities', values: { baseCurrency: change.to } },
        verb: 'recalculated',
      })),
      { uow, asks: 'product', deletedToo: true },
    );
    await this.repository.advance(uow, outcomes.filter(({ status }) => status === 'updated').length);
    for (const { id, errors } of outcomes)
      if (errors) this.logger.warn({ object, id, errors }, 'a record was not recalculated');
    return ids.at(-1)!;
  }
}
