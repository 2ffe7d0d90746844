import { Inject } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BulkJobContent,
  BulkJobRunner,
  type BulkStep,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { optionsIn, RecordService, summarise, withOptions } from '@pellucid/platform/records';
import { CustomFieldsRepository } from '../custom-fields.repository.js';
import { FieldValuesRepository } from '../field-values.repository.js';
import { mergeOptionsJob, type MergeOptionsRequest } from './merge-options.job.js';

const BATCH = 500;

/** How far the records are. */
interface Cursor {
  after: string | null;
  done: number;
}

/** Gives records another option, as changes with events. The options that go are retired, so no record gets them meanwhile. */
@JobHandler(mergeOptionsJob)
export class MergeOptionsHandler implements JobHandling<typeof mergeOptionsJob> {
  constructor(
    @Inject(CustomFieldsRepository) private readonly fields: CustomFieldsRepository,
    @Inject(FieldValuesRepository) private readonly values: FieldValuesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof mergeOptionsJob>, run: JobRun): Promise<void> {
    await this.runner.run<MergeOptionsRequest, Cursor>(run, id, {
      start: { after: null, done: 0 },
      batch: (uow, cursor, job) => this.batch(uow, cursor, job),
    });
  }

  private async batch(
    uow: UnitOfWork,
    cursor: Cursor,
    { request: { field, from, into } }: BulkJobContent<MergeOptionsRequest>,
  ): Promise<BulkStep<Cursor>> {
    const row = await this.fields.held(uow, field);
    if (!row || row.deletedAt) return { counts: {}, done: true };
    const { descriptor } = await this.records.reader.contextFor(row.object);
    const f = descriptor.fields.find(({ custom }) => custom?.id === field)!;
    const plan = this.records.reader.plan(descriptor, [f.key]);
    const found = await this.values.next(uow, plan, cursor.after, BATCH);
    const gone = new Set(from);
    const wishes = found.flatMap(({ id, state }) => {
      const value = state[f.key];
      if (!optionsIn(f, value).some((option) => gone.has(option))) return [];
      return [
        { id, changes: { [f.key]: withOptions(f, value, (option) => (gone.has(option) ? into : option)) } },
      ];
    });
    const outcomes = wishes.length
      ? await this.records.update(row.object, wishes, { uow, asks: 'product', deletedToo: true })
      : [];
    const { results, counts } = summarise(outcomes);
    const { total: _, ...byStatus } = counts;
    const done = cursor.done + found.length;
    const step = {
      counts: { ...byStatus, unchanged: (byStatus.unchanged ?? 0) + found.length - wishes.length },
      failures: results
        .filter((result) => result.status === 'failed')
        .map((result) => ({
          row: cursor.done + result.index,
          recordId: result.id ?? null,
          errors: result.errors ?? [],
        })),
    };
    return found.length === BATCH
      ? { ...step, next: { after: found.at(-1)!.id, done } }
      : { ...step, total: done, done: true };
  }
}
