import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
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
import {
  BULK_INLINE,
  type BulkRequest,
  bulkInputs,
  byQuery,
  listed,
  RecordBulk,
  RecordService,
  summarise,
} from '@pellucid/platform/records';
import { BulkRepository } from '../bulk.repository.js';
import { runBulkJob } from './run-bulk.job.js';

/** Writes the rows of a bulk request, a batch at a time. */
@JobHandler(runBulkJob)
export class RunBulkHandler implements JobHandling<typeof runBulkJob> {
  constructor(
    @Inject(RecordBulk) private readonly bulk: RecordBulk,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(BulkJobRunner) private readonly runner: BulkJobRunner,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runBulkJob>, run: JobRun): Promise<void> {
    await this.runner.run<BulkRequest, number>(run, id, {
      start: 0,
      batch: (uow, position, job) => this.batch(uow, position, job),
      after: () => this.access.noteObserved(),
      dropped: (uow) => this.repository.forget(uow, id),
    });
  }

  /** @param position number of rows that are done */
  private async batch(
    uow: UnitOfWork,
    position: number,
    { id, object, request, total }: BulkJobContent<BulkRequest>,
  ): Promise<BulkStep<number>> {
    // Rights are checked anew for each batch.
    await this.bulk.assertAllowed(object!, request.action);
    const upTo = Math.min(position + BULK_INLINE, total);
    const { results, counts } = byQuery(request)
      ? await this.selected(id, object!, request, position, uow)
      : summarise(
          await this.bulk.write(
            object!,
            request,
            bulkInputs({
              ...request,
              ...(request.rows ? { rows: request.rows.slice(position, upTo) } : {}),
              ...(request.ids ? { ids: request.ids.slice(position, upTo) } : {}),
            }),
            { uow },
          ),
        );
    const { total: _, ...byStatus } = counts;
    const step = {
      counts: byStatus,
      failures: results
        .filter((result) => result.status === 'failed')
        .map((result) => ({
          row: position + result.index,
          recordId: result.id ?? null,
          errors: result.errors ?? [],
        })),
    };
    if (upTo < total) return { ...step, next: upTo };
    await this.repository.forget(uow, id);
    return { ...step, done: true };
  }

  /**
   * Writes one batch of the records that a query selected when the work was requested. A record that has since changed
   * so that the query no longer finds it is left alone and reported as failed, so that the counts add up to the
   * announced number.
   */
  private async selected(
    id: string,
    object: string,
    request: BulkRequest,
    position: number,
    uow: UnitOfWork,
  ) {
    const ids = await this.repository.selected(uow, id, position);
    const still = await this.records.lists.stillFound(object, listed(request), ids);
    const found = ids.filter((each) => still.has(each));
    const outcomes = found.length
      ? await this.bulk.write(object, request, bulkInputs(request, found), { uow })
      : [];
    const written = new Map(outcomes.map((outcome) => [found[outcome.index]!, outcome]));
    return summarise(
      ids.map((each, index) => {
        const outcome = written.get(each);
        return outcome
          ? { ...outcome, index }
          : { index, id: each, status: 'failed' as const, failure: FOUND_NO_MORE };
      }),
    );
  }
}

const FOUND_NO_MORE = {
  status: 409,
  code: 'selectedNoMore',
  detail: 'This record was changed or deleted after the job started and no longer matches the selection.',
};
