import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import type { JobRun } from '@pellucid/platform/jobs';
import { BATCH_SIZE, RecordRegistry } from '@pellucid/platform/records';
import { ImportFiles } from '../import-files.js';
import { ImportRowsRepository } from '../import-rows.repository.js';
import { ImportsRepository } from '../imports.repository.js';
import type { ImportRun, StoredConventions } from '../imports.types.js';
import type { RowTexts } from '../row-texts.js';
import { openTable } from '../tables/table-file.js';
import { PreviewMemory } from './preview-memory.js';
import { type FileSurvey, surveyFile } from './file-survey.js';
import type { BatchOutcome, ExpectedBatch } from './batch-world.js';
import { BatchPreparation, oneImportAtATime } from './batch-preparation.js';
import { ImportEndedError, ImportImpossibleError } from './import-end.js';
import { basisOf } from './preview-basis.js';
import type { ImportPlan } from './import-plan.js';
import type { RecordRows } from './record-rows.js';
import { writeDeferred } from './second-pass.js';

/**
 * Number of characters after which a batch is written before it is full, because its rows are held and sent together.
 */
const BATCH_CHARACTERS = 8_000_000;

/** The part of the job that the runner needs. */
export type ImportJob = Pick<JobRun, 'guard' | 'completeIn' | 'signal'>;

/** A running import. */
interface Running {
  run: ImportRun;
  plan: ImportPlan;
  survey: FileSurvey;
  texts: RowTexts;
  job: ImportJob;
  /** For a preview. */
  memory?: PreviewMemory | undefined;
  /** For an import that was previewed: the preview. */
  previewed?: { id: string; texts: RowTexts } | undefined;
}

/** Ends a preview's transaction. */
class RolledBack extends Error {
  override name = 'RolledBack';
}

/**
 * Runs an import from its last checkpoint to its end. Each batch writes records, the results of rows, counts and
 * position in one transaction. If it is killed, it continues where it stopped, and no row is lost or written twice.
 */
@Injectable()
export class ImportRunner {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(BatchPreparation) private readonly batches: BatchPreparation,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * @throws ImportEndedError when it was cancelled; ImportImpossibleError, TableRefusedError and the storage's errors
   *   when it cannot be done; any other error may be temporary
   */
  async run(importId: string, job: ImportJob): Promise<void> {
    const begun = await this.units.run((uow) => this.repository.begin(uow, importId));
    if (!begun) throw new ImportEndedError();
    let run = await this.repository.get(importId);
    const memory = run.isPreview ? new PreviewMemory() : undefined;
    if (memory && run.position > 1) {
      await this.units.run((uow) => this.repository.restart(uow, importId));
      run = await this.repository.get(importId);
    }
    const snapshot = await this.directory.current();
    const plan = await this.batches.planOf(run);
    const { context, rights } = await this.batches.rights(plan);
    const texts = await this.repository.rowTexts(importId);
    if (!texts) throw new ImportImpossibleError('keyGone');

    const source = await this.files.source(run.fileId);
    const survey = await surveyFile(
      () => openTable(source, run.dialect),
      plan,
      run.options,
      snapshot.settings,
      () => job.signal.throwIfAborted(),
    );
    await this.units.run((uow) =>
      this.repository.setSurvey(uow, importId, survey.total, storedConventions(plan, survey)),
    );
    const previewed = run.previewId
      ? await this.previewOf(run, basisOf(run.object, context, rights))
      : undefined;
    const running: Running = { run, plan, survey, texts, job, memory, previewed };
    if (run.pass === 1) await this.firstPass(running);
    if (plan.targets.some((t) => t.reference?.refersToItself)) await this.secondPass(running);
    await this.units.run(async (uow) => {
      if (!(await this.repository.end(uow, importId, 'completed'))) throw new ImportEndedError();
      await job.completeIn(uow);
    });
  }

  /** @param basis today's; options that the import itself adds change it */
  private async previewOf(
    { previewId, pass, position }: ImportRun,
    basis: string,
  ): Promise<{ id: string; texts: RowTexts }> {
    const id = previewId!;
    const texts = await this.repository.rowTexts(id);
    const then = (await this.repository.get(id)).basis;
    if (pass === 1 && position === 1 && then !== null && then !== basis)
      throw new ImportImpossibleError('basisChangedSincePreview');
    if (!texts) throw new ImportImpossibleError('previewGone');
    return { id, texts };
  }

  private async firstPass(running: Running): Promise<void> {
    const { run, plan, survey } = running;
    const table = await openTable(await this.files.source(run.fileId), run.dialect);
    let batch: RecordRows[] = [];
    let size = 0;
    let characters = 0;
    let written = 0;
    const { table: records } = this.registry.forTenant(plan.object, await this.directory.current());
    const flush = async () => {
      await this.writeBatch(running, batch);
      batch = [];
      size = 0;
      characters = 0;
      written++;
      // After 1, 2, 4, 8 … batches.
      if ((written & (written - 1)) === 0 && plan.mode !== 'update' && !running.memory)
        await this.repository.refreshStatistics(records, written * BATCH_SIZE);
    };
    for await (const record of survey.spans.records(table.rows, run.position)) {
      batch.push(record);
      size += record.rows.length;
      for (const { cells } of record.rows) for (const cell of cells) characters += cell.length;
      if (size < BATCH_SIZE && characters < BATCH_CHARACTERS) continue;
      await flush();
    }
    if (batch.length) await this.writeBatch(running, batch);
  }

  private async writeBatch(running: Running, records: RecordRows[]): Promise<void> {
    const { run, plan, survey, job, memory, previewed } = running;
    job.signal.throwIfAborted();
    const expected = previewed && (await this.expected(previewed, records));
    const prepared = await this.batches.prepare(run.id, plan, survey, records, { memory, expected });
    await this.transaction(
      running,
      { pass: 1, position: records.at(-1)!.rows.at(-1)!.row },
      prepared.batch.first(),
      (uow, first) => prepared.write(uow, first),
    );
  }

  /** Returns what the preview found for the rows. */
  private async expected(
    { id, texts }: { id: string; texts: RowTexts },
    records: RecordRows[],
  ): Promise<ExpectedBatch> {
    const numbers = records.flatMap(({ rows }) => rows.map(({ row }) => row));
    const found = await this.rows.previewed(id, texts, { rows: numbers });
    const references: ExpectedBatch['references'] = {};
    const range = { first: Math.min(...numbers), last: Math.max(...numbers) };
    for (const findings of await this.rows.findingsOf(id, texts, range))
      for (const [lookup, byText] of Object.entries(findings.references))
        references[lookup] = { ...references[lookup], ...byText };
    return { rows: new Map(found.map((row) => [row.row, row])), references };
  }

  private async secondPass(running: Running): Promise<void> {
    const { run, plan, survey, texts, job, memory } = running;
    let position = run.pass === 2 ? run.position : 1;
    for (;;) {
      job.signal.throwIfAborted();
      const world = await this.batches.world(run.id, plan, survey, { memory });
      const select = this.rows.deferredRows(run.id, position, BATCH_SIZE);
      const at = { pass: 2, position };
      const done = await this.transaction(running, at, [select], async (uow, [rows]) => {
        if (rows!.length === 0) return undefined;
        at.position = rows!.at(-1).row as number;
        const deferred = this.rows.asDeferred(rows!, texts);
        if (memory) return memory.settle(world, deferred);
        return this.batches.leavingNothing(uow, (refused) => writeDeferred(uow, world, deferred, refused));
      });
      if (!done) return;
      position = at.position;
    }
  }

  /**
   * Runs the transaction of one batch. Imports of a tenant write one at a time, so that a name in two files creates one
   * record; a cancellation waits for the current batch. A preview's transaction is rolled back, and its report is
   * written afterwards.
   * @param at the position to store after the batch
   */
  private async transaction<T extends BatchOutcome | undefined>(
    { run: { id: importId }, job, texts, memory }: Running,
    at: { pass: number; position: number },
    first: Statement[],
    fn: (uow: UnitOfWork, rows: any[][]) => Promise<T>,
  ): Promise<T> {
    const tenantId = requireTenant();
    const held = async (uow: UnitOfWork, [run]: any[]) => {
      if (run?.status !== 'running') throw new ImportEndedError();
      await job.guard(uow);
    };
    const note = (uow: UnitOfWork, { counts, results, findings }: BatchOutcome) =>
      uow.together(this.rows.checkpoint(uow, importId, at, counts, results, texts, findings));
    let outcome: T | undefined;
    try {
      await this.units.run(
        async (uow, [, run, ...rows]) => {
          await held(uow, run!);
          outcome = await fn(uow, rows);
          if (memory) throw new RolledBack();
          if (outcome) await note(uow, outcome);
        },
        [oneImportAtATime(tenantId), this.repository.hold(importId), ...first],
      );
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      // Caches may know records that were rolled back, so they are dropped.
      this.directory.forget(tenantId);
      const report = outcome;
      if (report)
        await this.units.run(
          async (uow, [run]) => {
            await held(uow, run!);
            await note(uow, report);
          },
          [this.repository.hold(importId)],
        );
    }
    if (!memory) await this.batches.forgetRights(outcome);
    return outcome as T;
  }
}

function storedConventions(plan: ImportPlan, { conventions }: FileSurvey): StoredConventions {
  return Object.fromEntries(
    plan.targets.map(({ columnName }, at) => {
      const { dateOrder, decimalMark, isByLocale } = conventions[at]!;
      return [columnName, { dateOrder, decimalMark: decimalMark ?? null, isByLocale }];
    }),
  );
}
