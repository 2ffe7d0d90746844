import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { TransactionWatch, type UnitOfWork } from '@pellucid/platform/db';
import {
  type BulkFailure,
  type BulkJobContent,
  BulkJobRunner,
  type BulkStep,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import {
  ANNOUNCED_MS,
  countryOf,
  emptyFieldStatements,
  type FieldDescriptor,
  putFieldStatement,
  type RecordDescriptor,
  RecordService,
} from '@pellucid/platform/records';
import { CustomFieldsRepository } from '../custom-fields.repository.js';
import { convertedValue } from '../definitions/conversion.rules.js';
import { contentOf } from '../definitions/definition-form.rules.js';
import type { DefinitionRow, FieldContent } from '../definitions/definition.types.js';
import { convertedField, conventionsOf } from '../converted-field.js';
import { FieldUpkeep } from '../field-upkeep.js';
import { FieldValuesRepository } from '../field-values.repository.js';
import { convertFieldJob, type ConvertRequest } from './convert-field.job.js';

const BATCH = 500;

/** Why a row failed. Not the value: people who may follow all jobs needn't see it. The record's history has it. */
const emptied = (pointer: string) => ({
  pointer,
  code: 'doesNotFit',
  message: "The value doesn't fit the new type, so it was emptied. The record's history shows what it was.",
});

/** How far the change is. */
interface Cursor {
  /** Whether the last transaction has ended that could still change values. */
  isSettled: boolean;
  /** What the field was; set once it has the new type, when the earlier values are removed. */
  earlier?: { content: FieldContent; slot: number };
  after: string | null;
  done: number;
}

/**
 * Converts the values of a field to another type. The new values are put beside the earlier ones first, where nobody reads
 * them; then the definition changes; then the earlier values are removed. Until then, readers see the earlier type.
 */
@JobHandler(convertFieldJob)
export class ConvertFieldHandler implements JobHandling<typeof convertFieldJob> {
  constructor(
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(FieldUpkeep) private readonly upkeep: FieldUpkeep,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof convertFieldJob>, run: JobRun): Promise<void> {
    await this.runner.run<ConvertRequest, Cursor>(run, id, {
      start: { isSettled: false, after: null, done: 0 },
      before: async ({ isSettled, earlier, after }) => {
        const isCleaning = earlier !== undefined && after === null;
        if (isSettled && !isCleaning) return;
        // Other processes may take this long to learn that values can't be changed any more, or what type the field has.
        await new Promise((known) => setTimeout(known, ANNOUNCED_MS));
        await this.transactions.waitForRunning(() => run.checkpoint());
        this.directory.forget(run.tenantId);
      },
      batch: (uow, cursor, job) => this.batch(uow, cursor, job),
      after: () => this.directory.forget(run.tenantId),
      dropped: async (uow) => {
        await this.fields.endConversion(uow, id);
        await uow.bumpAccessVersion();
      },
    });
  }

  private async batch(
    uow: UnitOfWork,
    cursor: Cursor,
    { request }: BulkJobContent<ConvertRequest>,
  ): Promise<BulkStep<Cursor>> {
    const row = await this.fields.held(uow, request.field);
    const { descriptor, snapshot } = await this.records.reader.contextFor(row!.object);
    const country = countryOf(snapshot.settings.locale);
    if (cursor.earlier) return this.clean(uow, cursor, descriptor, country);
    if (row!.conversion?.slot !== request.slot) return { counts: {}, done: true };
    const from = descriptor.fields.find(({ custom }) => custom?.id === row!.id)!;
    const to = convertedField(request.content, row!.id, request.slot, country);
    const plan = this.records.reader.plan(descriptor, [from.key]);
    const found = await this.values.next(uow, plan, cursor.after, BATCH);
    const converted: { id: string; value: unknown }[] = [];
    const failures: BulkFailure[] = [];
    for (const [n, record] of found.entries()) {
      const value = record.state[from.key] ?? null;
      if (value === null || (Array.isArray(value) && !value.length)) continue;
      const result = convertedValue(value, from, to, conventionsOf(snapshot));
      if ('problem' in result)
        failures.push({
          row: cursor.done + n,
          recordId: record.id,
          errors: [emptied(result.problem.pointer)],
        });
      else converted.push({ id: record.id, value: result.value });
    }
    if (converted.length) await uow.together([putFieldStatement(descriptor, to, uow.tenantId, converted)]);
    if (failures.length) await this.empty(uow, descriptor, from, failures);
    const counts = {
      updated: converted.length,
      failed: failures.length,
      unchanged: found.length - converted.length - failures.length,
    };
    const done = cursor.done + found.length;
    if (found.length === BATCH)
      return { counts, failures, next: { isSettled: true, after: found.at(-1)!.id, done } };
    const earlier = { content: contentOf(row!), slot: row!.slot };
    await this.take(uow, row!, request);
    return { counts, failures, total: done, next: { isSettled: true, after: null, done, earlier } };
  }

  /** Empties values that don't fit, with events: histories keep what they were. */
  private async empty(
    uow: UnitOfWork,
    descriptor: RecordDescriptor,
    { key }: FieldDescriptor,
    failures: BulkFailure[],
  ): Promise<void> {
    await this.records.update(
      descriptor.key,
      failures.map(({ recordId }) => ({ id: recordId!, changes: { [key]: null } })),
      { uow, asks: 'product', opensReadOnly: true, atomic: true, deletedToo: true },
    );
  }

  /** Gives the field its new type. */
  private async take(uow: UnitOfWork, row: DefinitionRow, { content, slot }: ConvertRequest): Promise<void> {
    await this.fields.convert(uow, row, content, slot);
    await this.upkeep.indexAgain(uow, row.id, content);
    await uow.bumpAccessVersion();
  }

  private async clean(
    uow: UnitOfWork,
    { earlier, after, done }: Cursor,
    descriptor: RecordDescriptor,
    country: string | undefined,
  ): Promise<BulkStep<Cursor>> {
    const ids = await this.values.nextIds(uow, descriptor, after, BATCH);
    const from = convertedField(earlier!.content, '', earlier!.slot, country);
    if (ids.length) await uow.together(emptyFieldStatements(descriptor, [from], uow.tenantId, ids));
    return ids.length === BATCH
      ? { counts: {}, next: { isSettled: true, after: ids.at(-1)!, done, earlier: earlier! } }
      : { counts: {}, done: true };
  }
}
