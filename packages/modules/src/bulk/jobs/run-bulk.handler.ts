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
import { BulkRepository, isCascade } from '../bulk.repository.js';
import { failureText } from './failure-text.js';
import { runBulkJob } from './run-bulk.job.js';

interface Work {
  id: string;
  object: string;
  request: BulkRequest;
}

/** Writes in batches. A batch commits with its counts and failures. */
@JobHandler(runBulkJob)
export class RunBulkHandler implements JobHandling<typeof runBulkJob> {
  constructor(
    @Inject(RecordBulk) private readonly bulk: RecordBulk,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(JobBatches) private readonly batches: JobBatches,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runBulkJob>, run: JobRun): Promise<void> {
    const found = await this.repository.request(id);
    if (!found || isCascade(found.request)) return;
    const work: Work = { id, object: found.object, request: found.request };
    await this.batches.run<number>(run, {
      start: 0,
      batch: (uow, position) => this.batch(work, uow, position),
      after: () => this.access.noteObserved(),
      failed: async (uow, error) => {
        await this.repository.end(uow, id, 'failed', failureText(error));
      },
    });
  }

  /** @param position number of rows that are done */
  private async batch(
    { id, object, request }: Work,
    uow: UnitOfWork,
    position: number,
  ): Promise<BatchOutcome<number>> {
    const at = await this.repository.lock(uow, id);
    if (!at || !['queued', 'running'].includes(at.status)) return { done: true };
    // Rights are checked anew for each batch.
    await this.bulk.assertAllowed(object, request.action);
    const upTo = Math.min(position + BULK_INLINE, at.total);
    const { results, counts } = byQuery(request)
      ? await this.selected({ id, object, request }, position, uow)
      : summarise(
          await this.bulk.write(
            object,
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
    await this.repository.advance(uow, id, {
      counts: byStatus,
      failures: results
        .filter((result) => result.status === 'failed')
        .map((result) => ({
          row: position + result.index,
          recordId: result.id ?? null,
          errors: result.errors ?? [],
        })),
    });
    if (upTo < at.total) return { next: upTo };
    await this.repository.end(uow, id, 'completed');
    return { done: true };
  }

  /**
   * Writes one batch of the records that a query selected when the work was requested. A record that has since changed
   * so that the query no longer finds it is left alone and reported as failed, so that the counts add up to the
   * announced number.
   */
  private async selected({ id, object, request }: Work, position: number, uow: UnitOfWork) {
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
