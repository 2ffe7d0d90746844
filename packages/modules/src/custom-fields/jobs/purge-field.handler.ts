import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BatchOutcome,
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { emptyFieldStatements, RecordService, securityEventStatements } from '@pellucid/platform/records';
import { CustomFieldsRepository } from '../custom-fields.repository.js';
import { FieldValuesRepository } from '../field-values.repository.js';
import { purgeFieldJob } from './purge-field.job.js';

const BATCH = 500;

/** How far the values are removed. */
interface Cursor {
  after: string | null;
}

/** Removes the values of a deleted field from the records. Histories keep them. */
@JobHandler(purgeFieldJob)
export class PurgeFieldHandler implements JobHandling<typeof purgeFieldJob> {
  constructor(
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  async handle(payload: JobPayload<typeof purgeFieldJob>, run: JobRun): Promise<void> {
    await this.batches.run<Cursor>(run, {
      start: { after: null },
      before: async () => this.directory.forget(run.tenantId),
      batch: (uow, cursor) => this.batch(uow, cursor, payload),
    });
  }

  private async batch(
    uow: UnitOfWork,
    { after }: Cursor,
    { field, deletedAt }: JobPayload<typeof purgeFieldJob>,
  ): Promise<BatchOutcome<Cursor>> {
    const row = await this.fields.held(uow, field);
    if (!row || row.deletedAt !== deletedAt) return { done: true };
    if (after === null) {
      if (row.isPurged) return { done: true };
      // Restoring is refused from now on, so that nobody gets back a part of the values.
      await this.fields.setPurged(uow, field);
    }
    const { descriptor } = await this.records.reader.contextFor(row.object);
    const ids = await this.values.nextIds(uow, descriptor, after, BATCH);
    const f = [...descriptor.former.values()].filter(({ custom }) => custom?.id === field);
    if (ids.length) await uow.together(emptyFieldStatements(descriptor, f, uow.tenantId, ids));
    if (ids.length === BATCH) return { next: { after: ids.at(-1)! } };
    await uow.together(
      securityEventStatements([
        {
          verb: 'customFieldPurged',
          object: 'customField',
          recordId: field,
          changes: { object: { after: row.object }, name: { after: row.name } },
        },
      ]),
    );
    return { done: true };
  }
}
