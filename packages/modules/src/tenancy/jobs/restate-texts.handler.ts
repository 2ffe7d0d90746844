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
import { RecordRegistry, RecordService, textFormOf } from '@pellucid/platform/records';
import { type ComparedText, TextFormsRepository } from '../text-forms.repository.js';
import { restateTextsJob } from './restate-texts.job.js';

const BATCH = 500;

/** How far the texts are in the form of a locale. */
interface Cursor {
  /** Null before the first batch: writes that are then running may still use the form of the earlier locale. */
  locale: string | null;
  /** Whether the objects are done, so that texts outside of records are next. */
  isPastRecords: boolean;
  /** Position among the objects, or among the columns outside of records. */
  place: number;
  /** The last record or text that is done; null at the start of a place. */
  after: string | null;
}

const START: Cursor = { locale: null, isPastRecords: false, place: 0, after: null };

/** Recomputes the forms of all texts of the company that are compared, in batches. */
@JobHandler(restateTextsJob)
export class RestateTextsHandler implements JobHandling<typeof restateTextsJob> {
  constructor(
    @Inject(TextFormsRepository) private readonly texts: TextFormsRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(_payload: JobPayload<typeof restateTextsJob>, run: JobRun): Promise<void> {
    await this.batches.run<Cursor>(run, {
      start: START,
      before: async ({ locale }) => {
        if (locale !== null) return;
        await this.transactions.waitForRunning(() => run.checkpoint());
        // Another process may have changed the locale a moment ago.
        this.directory.forget(run.tenantId);
      },
      batch: (uow, cursor) => this.batch(uow, cursor),
    });
  }

  private async batch(uow: UnitOfWork, cursor: Cursor): Promise<BatchOutcome<Cursor>> {
    const objects = this.registry.everForTenant(await this.directory.current());
    const columns = await this.texts.comparedTexts(
      uow,
      objects.map(({ table }) => table),
    );
    const column = columns[cursor.place];
    if (cursor.locale !== null && cursor.isPastRecords && !column)
      return (await this.texts.note(uow, textFormOf(cursor.locale), cursor.locale))
        ? { done: true }
        : { next: START };
    const locale = await this.texts.locale(uow);
    // Texts that are done may be in the form of the earlier locale.
    if (cursor.locale !== null && cursor.locale !== locale) return { next: START };
    const at = { ...cursor, locale };
    if (at.isPastRecords) return { next: nextAt(at, await this.restateColumn(uow, column!, at)) };
    const object = objects[at.place];
    if (!object) return { next: { ...at, isPastRecords: true, place: 0, after: null } };
    return { next: nextAt(at, await this.restateRecords(uow, object.key, at)) };
  }

  /** @returns the last record that is done; null if there are no more */
  private async restateRecords(uow: UnitOfWork, object: string, { after }: Cursor): Promise<string | null> {
    const { descriptor } = await this.records.reader.contextFor(object);
    const plan = this.records.reader.plan(descriptor);
    const records = await this.texts.records(uow, plan, after, BATCH);
    const taken = records.length ? await this.texts.restate(uow, descriptor, records) : [];
    for (const id of taken)
      this.logger.warn({ object, id }, 'a record has the name of another by the present rules: rename one');
    return records.length === BATCH ? records.at(-1)!.id : null;
  }

  /** @returns the last text that is done; null if there are no more */
  private async restateColumn(
    uow: UnitOfWork,
    column: ComparedText,
    { after }: Cursor,
  ): Promise<string | null> {
    const texts = await this.texts.textsAfter(uow, column, after ?? '', BATCH);
    const taken = texts.length ? await this.texts.restateTexts(uow, column, texts) : 0;
    if (taken) this.logger.warn({ ...column, taken }, 'names are those of others by the present rules');
    return texts.length === BATCH ? texts.at(-1)! : null;
  }
}

/** Returns the cursor after a batch: at the same place, or at the start of the next one. */
function nextAt(cursor: Cursor, after: string | null): Cursor {
  return { ...cursor, after, place: after === null ? cursor.place + 1 : cursor.place };
}
