import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import type { JobRun } from '@pellucid/platform/jobs';
import {
  BATCH_SIZE,
  type FilterContext,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { ImportFiles } from '../import-files.js';
import {
  type ImportRun,
  ImportsRepository,
  type RowResult,
  type StoredConventions,
} from '../imports.repository.js';
import { rowsForgotten } from '../imports.errors.js';
import { restoredConventions } from '../values/column-conventions.js';
import type { RowTexts } from '../row-texts.js';
import { openTable, type TableRow } from '../tables/table-file.js';
import { DryRunMemory, withStandIns } from './dry-run-memory.js';
import { type FileSurvey, surveyFile } from './file-survey.js';
import type { BatchOutcome, BatchWorld } from './batch-world.js';
import { ImportBatch } from './import-batch.js';
import { ImportEndedError, ImportImpossibleError } from './import-end.js';
import { type ImportPlan, planImport } from './import-plan.js';
import { type ImportRights, importRights, withheldKeys } from './import-rights.js';
import { type Attempt, leavingNothing } from './related-records.js';
import { byRecord, type RecordRows } from './record-rows.js';
import { type ReadRow, readRecord, unknownOptions } from './row-reader.js';
import { writeDeferred } from './second-pass.js';

/**
 * Number of characters after which a batch is written before it is full, because its rows are held and sent together.
 */
const BATCH_CHARACTERS = 8_000_000;

/** Most rows that are written again in one transaction: the given ones and the others of their records. */
const MOST_RETRIED = 5000;

/** The part of the job that the runner needs. */
export type ImportJob = Pick<JobRun, 'guard' | 'completeIn' | 'signal'>;

/** A running import. */
interface Running {
  run: ImportRun;
  plan: ImportPlan;
  survey: FileSurvey;
  texts: RowTexts;
  job: ImportJob;
  /** For a dry run. */
  memory?: DryRunMemory | undefined;
}

/** Ends a dry run's transaction. */
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
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
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
    const memory = run.isDryRun ? new DryRunMemory() : undefined;
    if (memory && run.position > 1) {
      await this.units.run((uow) => this.repository.restart(uow, importId));
      run = await this.repository.get(importId);
    }
    const snapshot = await this.directory.current();
    const plan = await this.planOf(run);
    await this.rights(plan);
    const texts = await this.repository.rowTexts(importId);
    if (!texts) throw new ImportImpossibleError('The key of this import is gone. Upload the file again.');

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
    const running: Running = { run, plan, survey, texts, job, memory };
    if (run.pass === 1) await this.firstPass(running);
    if (plan.targets.some((t) => t.reference?.refersToItself)) await this.secondPass(running);
    await this.units.run(async (uow) => {
      if (!(await this.repository.end(uow, importId, 'completed'))) throw new ImportEndedError();
      await job.completeIn(uow);
    });
  }

  /** Builds the plan from the options under today's description. @throws ImportImpossibleError */
  async planOf({ options, columns }: ImportRun): Promise<ImportPlan> {
    const snapshot = await this.directory.current();
    const { plan, problems } = planImport(options, columns, this.registry, (key) =>
      this.registry.forTenant(key, snapshot),
    );
    if (problems.length) throw new ImportImpossibleError(problems.map((p) => p.message).join(' '));
    return plan;
  }

  private async firstPass(running: Running): Promise<void> {
    const { run, plan, survey } = running;
    const table = await openTable(await this.files.source(run.fileId), run.dialect);
    let batch: RecordRows[] = [];
    let size = 0;
    let characters = 0;
    let written = 0;
    const flush = async () => {
      await this.writeBatch(running, batch);
      batch = [];
      size = 0;
      characters = 0;
      written++;
      // After 1, 2, 4, 8 … batches.
      if ((written & (written - 1)) === 0 && plan.mode !== 'update' && !running.memory)
        await this.repository.refreshStatistics(this.registry.get(plan.object).table, written * BATCH_SIZE);
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
    const { run, plan, survey, job, memory } = running;
    job.signal.throwIfAborted();
    const prepared = await this.prepare(run.id, plan, survey, records, memory);
    await this.transaction(
      running,
      { pass: 1, position: records.at(-1)!.rows.at(-1)!.row },
      prepared.batch.first(),
      (uow, first) => prepared.write(uow, first),
    );
  }

  /** Reads records' rows and prepares them to be written in one transaction. */
  private async prepare(
    importId: string,
    plan: ImportPlan,
    survey: Pick<FileSurvey, 'conventions' | 'names'>,
    records: RecordRows[],
    memory: DryRunMemory | undefined,
    /** Ids of records that earlier attempts wrote, by row; only if rows are written again. */
    standing?: ReadonlyMap<number, string>,
  ) {
    let world = await this.world(importId, plan, survey, memory, standing !== undefined);
    let unknown = new Map<string, Set<string>>();
    const readRows = () => {
      const read = records.map((record) => {
        const one = readRecord(record, plan, world.descriptors(plan.object), survey.conventions);
        const recordId = standing?.get(one.row);
        return recordId ? { ...one, recordId } : one;
      });
      return memory ? withStandIns(read, world.descriptors(plan.object), unknown) : read;
    };
    let read = readRows();
    if (plan.createsOptions) unknown = unknownOptions(read, world.descriptors(plan.object));
    let added: NewOption[] = [];
    if (unknown.size) {
      if (!memory) {
        added = await this.addOptions(plan.object, unknown);
        world = await this.world(importId, plan, survey, memory, standing !== undefined);
      }
      read = readRows();
    }
    const batch = new ImportBatch(world, read);
    const write = async (uow: UnitOfWork, first: any[][]): Promise<BatchOutcome> => {
      const outcome = await this.leavingNothing(uow, (refused) => {
        if (refused.size === 0) return batch.write(uow, first);
        const again = new ImportBatch(world, refuse(readRows(), refused));
        again.first();
        return again.write(uow, first);
      });
      await this.dropUnused(uow, world.descriptors(plan.object), added, read, outcome);
      return memory
        ? memory.take(
            plan,
            records.flatMap(({ rows }) => rows),
            outcome,
          )
        : outcome;
    };
    return { batch, write };
  }

  private async secondPass(running: Running): Promise<void> {
    const { run, plan, survey, texts, job, memory } = running;
    let position = run.pass === 2 ? run.position : 1;
    for (;;) {
      job.signal.throwIfAborted();
      const world = await this.world(run.id, plan, survey, memory);
      const select = this.repository.deferredRows(run.id, position, BATCH_SIZE);
      const at = { pass: 2, position };
      const done = await this.transaction(running, at, [select], async (uow, [rows]) => {
        if (rows!.length === 0) return undefined;
        at.position = rows!.at(-1).row as number;
        const deferred = this.repository.asDeferred(rows!, texts);
        if (memory) return memory.settle(world, deferred);
        return this.leavingNothing(uow, (refused) => writeDeferred(uow, world, deferred, refused));
      });
      if (!done) return;
      position = at.position;
    }
  }

  /**
   * Runs the transaction of one batch. Imports of a tenant write one at a time, so that a name in two files creates one
   * record; a cancellation waits for the current batch. A dry run's transaction is rolled back, and its report is
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
    const note = (uow: UnitOfWork, { counts, results }: BatchOutcome) =>
      uow.together(this.repository.checkpoint(uow, importId, at, counts, results, texts));
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
    if (!memory) this.forgetRights(outcome);
    return outcome as T;
  }

  private forgetRights(outcome: BatchOutcome | undefined): void {
    for (const object of outcome?.objects ?? [])
      if (this.registry.get(object).bumpsAccess) this.directory.forget(requireTenant());
  }

  /**
   * Writes failed rows again with the corrected cells, as the caller, with all rows of their records. If the record of a
   * row already exists, it gets the missing values.
   * @returns the result of each row
   * @throws ProblemError 409 for rows that did not fail or whose records have too many rows, 410 when the rows have expired
   */
  async retry(importId: string, edits: { row: number; cells: string[] }[]): Promise<RowResult[]> {
    const run = await this.repository.get(importId);
    const { settings } = await this.directory.current();
    const plan = await this.planOf(run);
    const texts = await this.repository.rowTexts(importId);
    if (!texts) throw rowsForgotten();
    const conventions = plan.targets.map(({ columnName }) =>
      restoredConventions(run.conventions[columnName], settings),
    );
    const corrected = new Map(edits.map(({ row, cells }) => [row, cells]));
    const failed = await this.repository.failedRecords(
      importId,
      texts,
      [...corrected.keys()],
      MOST_RETRIED + 1,
    );
    if (failed.length > MOST_RETRIED)
      throw conflict(
        'tooManyRows',
        `The records of these rows have more than ${MOST_RETRIED} failed rows. Correct fewer rows at once, or download the failed rows, correct them in a file and import that.`,
      );
    const rows = failed.map(({ row, cells }): TableRow => ({ row, cells: corrected.get(row) ?? cells }));
    // Rows that didn't fail are refused below.
    for (const [row, cells] of corrected) if (!failed.some((f) => f.row === row)) rows.push({ row, cells });
    const wanted = rows.map((r) => r.row);
    const standing = await this.repository.standing(importId, wanted);
    const { batch, write } = await this.prepare(
      importId,
      plan,
      { conventions, names: new Map() },
      byRecord(rows, plan, conventions),
      undefined,
      standing,
    );
    const outcome = await this.units.run(
      async (uow, [, held, failed, ...first]) => {
        const status = held![0]?.status;
        if (status === 'running' || status === 'queued')
          throw conflict('importRunning', "The import is still running. Correct its rows when it's done.");
        const open = new Set(failed!.map((r) => r.row));
        const settled = wanted.filter((row) => !open.has(row));
        if (settled.length)
          throw conflict(
            'rowNotFailed',
            `Row ${settled.slice(0, 5).join(', ')} of this import didn't fail or has since been imported. Reload the page.`,
          );
        const written = await write(uow, first);
        const counts = { ...written.counts, failed: written.counts.failed - rows.length };
        await uow.together(
          this.repository.checkpoint(
            uow,
            importId,
            { pass: run.pass, position: run.position },
            counts,
            written.results,
            texts,
          ),
        );
        return written;
      },
      [
        oneImportAtATime(requireTenant()),
        this.repository.hold(importId),
        this.repository.failedAmong(importId, wanted),
        ...batch.first(),
      ],
    );
    this.forgetRights(outcome);
    return outcome.results;
  }

  /** Like {@link leavingNothing}; also drops what caches learnt from an attempt that was undone. */
  private leavingNothing(
    uow: UnitOfWork,
    attempt: (refused: ReadonlyMap<number, string>) => Promise<Attempt<BatchOutcome>>,
  ): Promise<BatchOutcome> {
    return leavingNothing(uow, (refused) => {
      if (refused.size) this.directory.forget(uow.tenantId);
      return attempt(refused);
    });
  }

  private async world(
    importId: string,
    plan: ImportPlan,
    survey: Pick<FileSurvey, 'names'>,
    memory?: DryRunMemory,
    isRetry = false,
  ): Promise<BatchWorld> {
    const { context, rights } = await this.rights(plan);
    return {
      importId,
      plan,
      registry: this.registry,
      records: this.records,
      repository: this.repository,
      descriptors: (key): RecordDescriptor => this.registry.forTenant(key, context.snapshot),
      rights,
      context,
      names: survey.names,
      memory,
      isRetry,
    };
  }

  /**
   * Returns what the importing person may do and see now; checked anew for each batch.
   * @throws ImportImpossibleError when they may no longer import, or no longer see the match keys
   */
  private async rights(plan: ImportPlan): Promise<{ context: FilterContext; rights: ImportRights }> {
    const context = await this.records.reader.contextFor(plan.object);
    const { snapshot, descriptor } = context;
    const allowed =
      this.directory.may(snapshot, { system: 'manageImports' }) &&
      this.directory.may(snapshot, { object: plan.object, action: 'import' });
    if (!allowed)
      throw new ImportImpossibleError(
        `Your roles don't let you import ${descriptor.pluralLabel.toLowerCase()}.`,
      );
    const rights = importRights(this.records.reader, context);
    const withheld = withheldKeys(plan, rights);
    if (withheld.length) throw new ImportImpossibleError(withheld.map((p) => p.message).join(' '));
    return { context, rights };
  }

  /**
   * Adds options to select fields, in a separate transaction, because the engine checks values against committed
   * options. If a crash leaves an option without records, that does no harm.
   * @returns the options that were added
   */
  private async addOptions(object: string, unknown: Map<string, Set<string>>): Promise<NewOption[]> {
    if (unknown.size === 0) return [];
    const rows = [...unknown].flatMap(([field, values]) => [...values].map((value) => ({ field, value })));
    const added = await this.units.run(async (uow) => {
      await uow.bumpAccessVersion();
      return uow.run<NewOption>({
        text: `insert into field_option (tenant_id, object, field, value, label, position)
               select $1, $2, r.field, r.value, r.value, 1000 from unnest($3::text[], $4::text[]) as r(field, value)
               on conflict do nothing returning field, value`,
        values: [uow.tenantId, object, rows.map((r) => r.field), rows.map((r) => r.value)],
      });
    });
    this.directory.forget(requireTenant());
    return added;
  }

  /** Removes options that were added for rows which then failed, unless a record uses them by now. */
  private async dropUnused(
    uow: UnitOfWork,
    descriptor: RecordDescriptor,
    added: NewOption[],
    rows: ReadRow[],
    { results }: BatchOutcome,
  ): Promise<void> {
    const failed = new Set(results.filter((r) => r.status === 'failed').map((r) => r.row));
    const written = rows.filter((r) => !failed.has(r.row));
    const unused = added.filter(
      ({ field, value }) => !written.some((r) => [r.values[field] ?? []].flat().includes(value)),
    );
    if (unused.length === 0) return;
    for (const field of new Set(unused.map((o) => o.field))) {
      const { storage, traits } = descriptor.byKey.get(field)!;
      const held = storage.value('t');
      const holds = traits.isList ? `o.value = any(${held})` : `${held} = o.value`;
      await uow.run({
        text: `delete from field_option o
                where o.object = $1 and o.field = $2 and o.value = any($3::text[])
                  and not exists (select from ${descriptor.table} t where ${holds})`,
        values: [descriptor.key, field, unused.filter((o) => o.field === field).map((o) => o.value)],
      });
    }
    await uow.bumpAccessVersion();
    uow.afterCommit(() => this.directory.forget(uow.tenantId));
  }
}

/** Imports of a tenant write one at a time. */
const oneImportAtATime = (tenantId: string): Statement => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`imports:${tenantId}`],
});

function storedConventions(plan: ImportPlan, { conventions }: FileSurvey): StoredConventions {
  return Object.fromEntries(
    plan.targets.map(({ columnName }, at) => {
      const { dateOrder, decimalMark, isByLocale } = conventions[at]!;
      return [columnName, { dateOrder, decimalMark: decimalMark ?? null, isByLocale }];
    }),
  );
}

/** An option of a select field that an import added. */
interface NewOption {
  field: string;
  value: string;
}

/** Returns the rows, with the reasons of those that are known to fail. */
function refuse(rows: ReadRow[], refused: ReadonlyMap<number, string>): ReadRow[] {
  return rows.map((read) =>
    refused.has(read.row)
      ? {
          ...read,
          // The reasons say what is wrong with these.
          references: [],
          currencies: new Map(),
          reasons: read.rows.map(({ row }) => ({ row, text: refused.get(row)! })),
        }
      : read,
  );
}
