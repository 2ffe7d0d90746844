import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import type { JobRun } from '@pellucid/platform/jobs';
import {
  BATCH_SIZE,
  type FilterContext,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { ImportFiles } from '../import-files.js';
import { type ImportRun, ImportsRepository } from '../imports.repository.js';
import type { RowTexts } from '../row-texts.js';
import { openTable, type TableRow } from '../tables/table-file.js';
import { type FileSurvey, surveyFile } from './file-survey.js';
import { type BatchOutcome, type BatchWorld, ImportBatch } from './import-batch.js';
import { type ImportPlan, planImport } from './import-plan.js';
import { type ImportRights, importRights, withheldKeys } from './import-rights.js';
import { type Attempt, leavingNothing } from './related-records.js';
import { type ReadRow, readRow, unknownOptions } from './row-reader.js';
import { writeDeferred } from './second-pass.js';

/** Characters after which a batch is written before it is full: its rows are held and sent together. */
const BATCH_CHARACTERS = 8_000_000;

/** The import was cancelled (or has ended): there is nothing more to do. */
export class ImportEndedError extends Error {
  override name = 'ImportEndedError';
}

/** The import cannot go on, and trying again would not help; the message is for the person. */
export class ImportImpossibleError extends Error {
  override name = 'ImportImpossibleError';
}

/** What the runner needs of the job it runs in. */
export type ImportJob = Pick<JobRun, 'guard' | 'completeIn' | 'signal'>;

/** An import under way. */
interface Running {
  run: ImportRun;
  plan: ImportPlan;
  survey: FileSurvey;
  texts: RowTexts;
  job: ImportJob;
}

/**
 * Runs an import from its last checkpoint to its end. Each batch writes records, what became of the rows, counts and
 * position in one transaction: killed at any moment it goes on where it stopped, and neither loses nor doubles a row.
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
   * @throws ImportEndedError when it was cancelled; ImportImpossibleError, TableRefusedError and the storage's errors when
   *   it cannot be done; anything else may pass
   */
  async run(importId: string, job: ImportJob): Promise<void> {
    const begun = await this.units.run((uow) => this.repository.begin(uow, importId));
    if (!begun) throw new ImportEndedError();
    const run = await this.repository.get(importId);
    const snapshot = await this.directory.current();
    const { plan, problems } = planImport(run.options, run.columns, this.registry, (key) =>
      this.registry.forTenant(key, snapshot),
    );
    if (problems.length) throw new ImportImpossibleError(problems.map((p) => p.message).join(' '));
    await this.rights(plan);
    const texts = await this.repository.rowTexts(importId);
    if (!texts) throw new ImportImpossibleError('The key of this import is gone: upload the file again.');

    const source = await this.files.source(run.fileId);
    const survey = await surveyFile(
      await openTable(source, run.dialect),
      run.dialect,
      plan,
      run.options,
      snapshot.settings,
      () => job.signal.throwIfAborted(),
    );
    await this.units.run((uow) => this.repository.setTotal(uow, importId, survey.total));
    if (run.pass === 1) await this.firstPass({ run, plan, survey, texts, job });
    if (plan.targets.some((t) => t.reference?.refersToItself))
      await this.secondPass({ run, plan, survey, texts, job });
    await this.units.run(async (uow) => {
      if (!(await this.repository.end(uow, importId, 'completed'))) throw new ImportEndedError();
      await job.completeIn(uow);
    });
  }

  private async firstPass(running: Running): Promise<void> {
    const { run, plan } = running;
    const table = await openTable(await this.files.source(run.fileId), run.dialect);
    let batch: TableRow[] = [];
    let characters = 0;
    let written = 0;
    const flush = async () => {
      await this.writeBatch(running, batch);
      batch = [];
      characters = 0;
      written++;
      // After 1, 2, 4, 8 … batches.
      if ((written & (written - 1)) === 0 && plan.mode !== 'update')
        await this.repository.refreshStatistics(this.registry.get(plan.object).table, written * BATCH_SIZE);
    };
    for await (const rows of table.rows)
      for (const row of rows) {
        if (row.row <= run.position) continue;
        batch.push(row);
        for (const cell of row.cells) characters += cell.length;
        if (batch.length < BATCH_SIZE && characters < BATCH_CHARACTERS) continue;
        await flush();
      }
    if (batch.length) await this.writeBatch(running, batch);
  }

  private async writeBatch(
    { run: { id: importId }, plan, survey, texts, job }: Running,
    rows: TableRow[],
  ): Promise<void> {
    job.signal.throwIfAborted();
    let world = await this.world(importId, plan, survey);
    const readRows = () =>
      rows.map((row) => readRow(row, plan, world.descriptors(plan.object), survey.conventions));
    let read = readRows();
    const unknown = plan.createsOptions
      ? unknownOptions(read, world.descriptors(plan.object))
      : new Map<string, Set<string>>();
    const added = await this.addOptions(plan.object, unknown);
    if (unknown.size) {
      world = await this.world(importId, plan, survey);
      read = readRows();
    }
    const batch = new ImportBatch(world, read);
    await this.transaction(importId, job, batch.first(), async (uow, first) => {
      const outcome = await this.leavingNothing(uow, (refused) => {
        if (refused.size === 0) return batch.write(uow, first);
        const again = new ImportBatch(world, refuse(readRows(), refused));
        again.first();
        return again.write(uow, first);
      });
      await this.dropUnused(uow, world.descriptors(plan.object), added, read, outcome);
      await uow.together(
        this.repository.checkpoint(
          uow,
          importId,
          { pass: 1, position: rows.at(-1)!.row },
          outcome.counts,
          outcome.results,
          texts,
        ),
      );
      return outcome;
    });
  }

  private async secondPass({ run, plan, survey, texts, job }: Running): Promise<void> {
    let position = run.pass === 2 ? run.position : 1;
    for (;;) {
      job.signal.throwIfAborted();
      const world = await this.world(run.id, plan, survey);
      const select = this.repository.deferredRows(run.id, position, BATCH_SIZE);
      const last = await this.transaction(run.id, job, [select], async (uow, [rows]) => {
        if (rows!.length === 0) return undefined;
        const outcome = await this.leavingNothing(uow, (refused) =>
          writeDeferred(uow, world, this.repository.asDeferred(rows!, texts), refused),
        );
        const at = { pass: 2, position: rows!.at(-1).row as number };
        await uow.together(
          this.repository.checkpoint(uow, run.id, at, outcome.counts, outcome.results, texts),
        );
        return { ...outcome, position: at.position };
      });
      if (!last) return;
      position = last.position;
    }
  }

  /**
   * One batch's transaction. Imports of a tenant write one at a time, so that what two files call by the same name is made
   * once; whoever cancels waits for the batch that is being written.
   */
  private async transaction<T extends BatchOutcome | undefined>(
    importId: string,
    job: ImportJob,
    first: Statement[],
    fn: (uow: UnitOfWork, rows: any[][]) => Promise<T>,
  ): Promise<T> {
    const tenantId = requireTenant();
    const lock = {
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`imports:${tenantId}`],
    };
    const outcome = await this.units.run(
      async (uow, [, held, ...rows]) => {
        if (held![0]?.status !== 'running') throw new ImportEndedError();
        await job.guard(uow);
        return fn(uow, rows);
      },
      [lock, this.repository.hold(importId), ...first],
    );
    for (const object of outcome?.objects ?? [])
      if (this.registry.get(object).bumpsAccess) this.directory.forget(tenantId);
    return outcome;
  }

  /** {@link leavingNothing}; what caches learnt of an attempt that was undone is forgotten. */
  private leavingNothing(
    uow: UnitOfWork,
    attempt: (refused: ReadonlyMap<number, string>) => Promise<Attempt<BatchOutcome>>,
  ): Promise<BatchOutcome> {
    return leavingNothing(uow, (refused) => {
      if (refused.size) this.directory.forget(uow.tenantId);
      return attempt(refused);
    });
  }

  private async world(importId: string, plan: ImportPlan, survey: FileSurvey): Promise<BatchWorld> {
    const { context, rights } = await this.rights(plan);
    return {
      importId,
      plan,
      registry: this.registry,
      records: this.records,
      repository: this.repository,
      descriptors: (key): RecordDescriptor => this.registry.forTenant(key, context.snapshot),
      rights,
      names: survey.names,
    };
  }

  /**
   * What whoever imports may do and see now: asked anew for each batch.
   * @throws ImportImpossibleError where the right to import, or the sight of what rows are told apart by, is gone
   */
  private async rights(plan: ImportPlan): Promise<{ context: FilterContext; rights: ImportRights }> {
    const context = await this.records.reader.contextFor(plan.object);
    const { snapshot, descriptor } = context;
    const allowed =
      this.directory.may(snapshot, { system: 'manageImports' }) &&
      this.directory.may(snapshot, { object: plan.object, action: 'import' });
    if (!allowed)
      throw new ImportImpossibleError(
        `Your roles do not allow you to import ${descriptor.pluralLabel.toLowerCase()}.`,
      );
    const rights = importRights(this.records.reader, context);
    const withheld = withheldKeys(plan, rights);
    if (withheld.length) throw new ImportImpossibleError(withheld.map((p) => p.message).join(' '));
    return { context, rights };
  }

  /**
   * Adds options of select fields. In a transaction of its own, since the engine checks values against committed options;
   * that a crash leaves one behind without a record does no harm.
   * @returns what was not there yet
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

  /** Takes away options that were added for rows which then failed, unless a record has them by now. */
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
      const { column, type } = descriptor.byKey.get(field)!;
      const holds = type === 'multiSelect' ? `o.value = any(t.${column})` : `t.${column} = o.value`;
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

/** An option of a select field that an import added. */
interface NewOption {
  field: string;
  value: string;
}

/** The rows, those among them that are known to fail with their reason. */
function refuse(rows: ReadRow[], refused: ReadonlyMap<number, string>): ReadRow[] {
  return rows.map((read) => (refused.has(read.row) ? { ...read, reasons: [refused.get(read.row)!] } : read));
}
