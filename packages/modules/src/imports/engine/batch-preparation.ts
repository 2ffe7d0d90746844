import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  type FilterContext,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
} from '@pellucid/platform/records';
import { ImportRowsRepository } from '../import-rows.repository.js';
import type { ImportRun } from '../imports.types.js';
import type { Reason } from '../reasons/reason.js';
import { AddedOptions, type NewOption } from './added-options.js';
import type { BatchOutcome, BatchWorld, ExpectedBatch } from './batch-world.js';
import { type PreviewMemory, withStandIns } from './preview-memory.js';
import type { FileSurvey } from './file-survey.js';
import { ImportBatch } from './import-batch.js';
import { ImportImpossibleError } from './import-end.js';
import { type ImportPlan, planImport } from './import-plan.js';
import { type ImportRights, importRights, withheldKeys } from './import-rights.js';
import type { RecordRows } from './record-rows.js';
import { type Attempt, leavingNothing } from './related-records.js';
import { type ReadRow, readRecord, unknownOptions } from './row-reader.js';

/** What differs between an import, a preview, and rows that are written again. */
export interface BatchKind {
  /** Of a preview. */
  memory?: PreviewMemory | undefined;
  /** IDs of records that earlier attempts wrote, by row; only if rows are written again. */
  standing?: ReadonlyMap<number, string>;
  /** What the preview found for these rows, if the import was previewed. */
  expected?: ExpectedBatch | undefined;
}

/** Plans imports and prepares their batches, under the rights that the importing person has now. */
@Injectable()
export class BatchPreparation {
  private readonly options: AddedOptions;

  constructor(
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(UnitOfWorkFactory) units: UnitOfWorkFactory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {
    this.options = new AddedOptions(units, directory);
  }

  /** Builds the plan from the options under today's description. @throws ImportImpossibleError */
  async planOf({ options, columns }: ImportRun): Promise<ImportPlan> {
    const snapshot = await this.directory.current();
    const { plan, problems } = planImport(options, columns, (key) => this.registry.forTenant(key, snapshot));
    if (problems.length)
      throw new ImportImpossibleError('told', { text: problems.map((p) => p.message).join(' ') });
    return plan;
  }

  /** Reads records' rows and prepares them to be written in one transaction. */
  async prepare(
    importId: string,
    plan: ImportPlan,
    survey: Pick<FileSurvey, 'conventions' | 'names'>,
    records: RecordRows[],
    how: BatchKind = {},
  ) {
    const { memory, standing } = how;
    let world = await this.world(importId, plan, survey, how);
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
        added = await this.options.add(importId, plan.object, unknown);
        world = await this.world(importId, plan, survey, how);
      }
      read = readRows();
    }
    const batch = new ImportBatch(world, read);
    const write = async (uow: UnitOfWork, first: any[][]): Promise<BatchOutcome> => {
      const outcome = await this.leavingNothing(uow, async (refused) => {
        if (refused.size === 0) return batch.write(uow, first);
        const again = new ImportBatch(world, refuse(readRows(), refused));
        // Without the refused rows, other texts are looked up.
        return again.write(uow, await uow.together(again.first()));
      });
      await this.options.dropUnused(uow, world.descriptors(plan.object), added, read, outcome);
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

  /** Like {@link leavingNothing}; also drops what caches learnt from an attempt that was undone. */
  leavingNothing(
    uow: UnitOfWork,
    attempt: (refused: ReadonlyMap<number, Reason[]>) => Promise<Attempt<BatchOutcome>>,
  ): Promise<BatchOutcome> {
    return leavingNothing(uow, (refused) => {
      if (refused.size) this.directory.forget(uow.tenantId);
      return attempt(refused);
    });
  }

  async world(
    importId: string,
    plan: ImportPlan,
    survey: Pick<FileSurvey, 'names'>,
    { memory, standing, expected }: BatchKind = {},
  ): Promise<BatchWorld> {
    const { context, rights } = await this.rights(plan);
    return {
      importId,
      plan,
      records: this.records,
      rows: this.rows,
      descriptors: (key): RecordDescriptor => this.registry.forTenant(key, context.snapshot),
      rights,
      context,
      names: survey.names,
      memory,
      made: new Set(),
      expected,
      isRetry: standing !== undefined,
    };
  }

  /**
   * Returns what the importing person may do and see now; checked anew for each batch.
   * @throws ImportImpossibleError when they may no longer import, or no longer see the match keys
   */
  async rights(plan: ImportPlan): Promise<{ context: FilterContext; rights: ImportRights }> {
    const context = await this.records.reader.contextFor(plan.object);
    const { snapshot } = context;
    const allowed =
      this.directory.may(snapshot, { system: 'manageImports' }) &&
      this.directory.may(snapshot, { object: plan.object, action: 'import' });
    if (!allowed) throw new ImportImpossibleError('importNotAllowed');
    const rights = importRights(this.records.reader, context);
    const withheld = withheldKeys(plan, rights);
    if (withheld.length)
      throw new ImportImpossibleError('told', { text: withheld.map((p) => p.message).join(' ') });
    return { context, rights };
  }

  /** Drops cached rights if a batch wrote records that decide about rights. */
  async forgetRights(outcome: BatchOutcome | undefined): Promise<void> {
    const snapshot = await this.directory.current();
    for (const object of outcome?.objects ?? [])
      if (this.registry.forTenant(object, snapshot).bumpsAccess) this.directory.forget(requireTenant());
  }
}

/** Imports of a tenant write one at a time. */
export const oneImportAtATime = (tenantId: string): Statement => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`imports:${tenantId}`],
});

/** Returns the rows, with the reasons of those that are known to fail. */
function refuse(rows: ReadRow[], refused: ReadonlyMap<number, Reason[]>): ReadRow[] {
  return rows.map((read) =>
    refused.has(read.row)
      ? {
          ...read,
          // The reasons say what is wrong with these.
          references: [],
          currencies: new Map(),
          reasons: read.rows.flatMap(({ row }) => refused.get(row)!.map((reason) => ({ row, reason }))),
        }
      : read,
  );
}
