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
import { copyFieldStatements, RecordService, securityEventStatements } from '@pellucid/platform/records';
import { CustomFieldsRepository } from '../custom-fields.repository.js';
import { FieldValuesRepository } from '../field-values.repository.js';
import { indexFieldJob } from './index-field.job.js';

const BATCH = 500;

/** How far the copies are. */
interface Cursor {
  /** Whether the last transaction has ended that did not know of the index. */
  isSettled: boolean;
  /** The last record that is done; null at the start. */
  after: string | null;
}

/**
 * Copies the values of a field to the index in batches that lock only their own records. Writes make copies of their own
 * as soon as they know of the index, so one pass after the last transaction that did not is complete.
 */
@JobHandler(indexFieldJob)
export class IndexFieldHandler implements JobHandling<typeof indexFieldJob> {
  constructor(
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  async handle({ field }: JobPayload<typeof indexFieldJob>, run: JobRun): Promise<void> {
    await this.batches.run<Cursor>(run, {
      start: { isSettled: false, after: null },
      before: async ({ isSettled }) => {
        if (isSettled) return;
        await this.transactions.waitForRunning(() => run.checkpoint());
        this.directory.forget(run.tenantId);
      },
      batch: (uow, cursor) => this.batch(uow, cursor, field),
      after: (outcome) => {
        if ('done' in outcome) this.directory.forget(run.tenantId);
      },
    });
  }

  private async batch(uow: UnitOfWork, { after }: Cursor, id: string): Promise<BatchOutcome<Cursor>> {
    const row = await this.fields.held(uow, id);
    if (!row?.isIndexing || row.deletedAt) return { done: true };
    const { descriptor } = await this.records.reader.contextFor(row.object);
    const f = descriptor.fields.find(({ custom }) => custom?.id === id)!;
    const plan = this.records.reader.plan(descriptor, [f.key]);
    const found = await this.values.next(uow, plan, after, BATCH);
    if (found.length) await uow.together(copyFieldStatements(descriptor, f, uow.tenantId, found));
    if (found.length === BATCH) return { next: { isSettled: true, after: found.at(-1)!.id } };
    // Two writes may have given the same value before all processes checked it.
    const isBroken = f.isUnique && (await this.values.repeated(uow, descriptor, f, 1)).length > 0;
    if (isBroken) {
      await this.fields.update(uow, id, {
        label: row.label,
        settings: { ...row.settings, isUnique: false, uniqueRefused: true },
      });
      await uow.together(
        securityEventStatements([
          {
            verb: 'customFieldChanged',
            object: 'customField',
            recordId: id,
            changes: {
              object: { after: row.object },
              name: { after: row.name },
              unique: { before: true, after: false },
            },
          },
        ]),
      );
    }
    await this.fields.setIndexing(uow, id, false);
    await uow.bumpAccessVersion();
    return { done: true };
  }
}
