import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { TransactionWatch, UnitOfWorkFactory } from '@pellucid/platform/db';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { RecordRegistry, RecordService, textFormOf } from '@pellucid/platform/records';
import { TextFormsRepository } from '../text-forms.repository.js';
import { restateTextsJob } from './restate-texts.job.js';

const BATCH = 500;

/** The company's locale changed while its texts were being recomputed. */
class LocaleChanged extends Error {
  override name = 'LocaleChanged';
}

/** Recomputes the forms of all texts of the company that are compared, in batches. */
@JobHandler(restateTextsJob)
export class RestateTextsHandler implements JobHandling<typeof restateTextsJob> {
  constructor(
    @Inject(TextFormsRepository) private readonly texts: TextFormsRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(_payload: JobPayload<typeof restateTextsJob>, run: JobRun): Promise<void> {
    // Writes that are now running may still use the form of the earlier locale.
    await this.transactions.waitForRunning(() => run.checkpoint());
    for (let isDone = false; !isDone; )
      try {
        isDone = await this.restateAll(run);
      } catch (error) {
        if (!(error instanceof LocaleChanged)) throw error;
      }
  }

  /** Recomputes all texts once. @returns false when the locale changed before the end was recorded */
  private async restateAll(run: JobRun): Promise<boolean> {
    // Another process may have changed the locale a moment ago.
    this.directory.forget(run.tenantId);
    const { snapshot } = await this.records.reader.contextFor(this.registry.all()[0]!.key);
    const { locale } = snapshot.settings;
    for (const { key } of this.registry.all()) await this.restateObject(key, locale, run);
    await this.restateOthers(run);
    return this.units.run(async (uow) => {
      await run.guard(uow);
      const isNoted = await this.texts.note(uow, textFormOf(locale), locale);
      if (isNoted) await run.completeIn(uow);
      return isNoted;
    });
  }

  private async restateObject(object: string, locale: string, run: JobRun): Promise<void> {
    const { descriptor } = await this.records.reader.contextFor(object);
    const plan = this.records.reader.plan(descriptor);
    for (let after: string | null = null; ; ) {
      run.signal.throwIfAborted();
      const done: { last: string | null; taken: string[] } = await this.units.run(async (uow) => {
        await run.guard(uow);
        if ((await this.texts.locale(uow)) !== locale) throw new LocaleChanged();
        const records = await this.texts.records(uow, plan, after, BATCH);
        const taken = records.length ? await this.texts.restate(uow, descriptor, records) : [];
        return { last: records.length === BATCH ? records.at(-1)!.id : null, taken };
      });
      for (const id of done.taken)
        this.logger.warn({ object, id }, 'a record has the name of another by the present rules: rename one');
      if (done.last === null) return;
      after = done.last;
      await run.checkpoint();
    }
  }

  private async restateOthers(run: JobRun): Promise<void> {
    const recordTables = this.registry.all().map(({ table }) => table);
    const columns = await this.units.run((uow) => this.texts.comparedTexts(uow, recordTables));
    for (const at of columns)
      for (let after: string | undefined = ''; after !== undefined; ) {
        const from: string = after;
        after = await this.units.run(async (uow) => {
          await run.guard(uow);
          const texts = await this.texts.textsAfter(uow, at, from, BATCH);
          const taken = texts.length ? await this.texts.restateTexts(uow, at, texts) : 0;
          if (taken) this.logger.warn({ ...at, taken }, 'names are those of others by the present rules');
          return texts.length === BATCH ? texts.at(-1) : undefined;
        });
        await run.checkpoint();
      }
  }
}
