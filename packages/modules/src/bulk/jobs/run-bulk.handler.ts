import { Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { ProblemError } from '@pellucid/platform/errors';
import {
  classifyError,
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

interface Work {
  id: string;
  object: string;
  request: BulkRequest;
}

/** Writes in batches. Batch, counts, failures and checkpoint commit together. */
@JobHandler(runBulkJob)
export class RunBulkHandler implements JobHandling<typeof runBulkJob> {
  constructor(
    @Inject(RecordBulk) private readonly bulk: RecordBulk,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
  ) {}

  async handle({ bulkJobId: id }: JobPayload<typeof runBulkJob>, run: JobRun): Promise<void> {
    const found = await this.repository.request(id);
    if (!found) return;
    const work: Work = { id, ...found };
    try {
      while (await this.batch(work, run)) run.signal.throwIfAborted();
    } catch (error) {
      // If a retry cannot help, the error is reported to the person; the job itself becomes a dead letter.
      if (classifyError(error) === 'permanent')
        await this.units.run((uow) =>
          this.repository.end(
            uow,
            id,
            'failed',
            error instanceof ProblemError ? error.message : 'The change failed.',
          ),
        );
      throw error;
    }
  }

  /** Writes one batch in one transaction. @returns whether there is more to do */
  private async batch(work: Work, run: JobRun): Promise<boolean> {
    const { body: hasMore } = await this.records.unit(undefined, async (uow) => {
      await run.guard(uow);
      return { status: 200, body: await this.write(work, run, uow) };
    });
    this.access.noteObserved();
    return hasMore;
  }

  private async write({ id, object, request }: Work, run: JobRun, uow: UnitOfWork): Promise<boolean> {
    const at = await this.repository.lock(uow, id);
    if (!at || !['queued', 'running'].includes(at.status)) {
      await run.completeIn(uow);
      return false;
    }
    // Rights are checked anew for each batch.
    await this.bulk.assertAllowed(object, request.action);
    const upTo = Math.min(at.position + BULK_INLINE, at.total);
    const { results, counts } = byQuery(request)
      ? await this.selected({ id, object, request }, at.position, uow)
      : summarise(
          await this.bulk.write(
            object,
            request,
            bulkInputs({
              ...request,
              ...(request.rows ? { rows: request.rows.slice(at.position, upTo) } : {}),
              ...(request.ids ? { ids: request.ids.slice(at.position, upTo) } : {}),
            }),
            { uow },
          ),
        );
    const { total: _, ...byStatus } = counts;
    await this.repository.advance(uow, id, {
      position: upTo,
      counts: byStatus,
      failures: results
        .filter((result) => result.status === 'failed')
        .map((result) => ({
          row: at.position + result.index,
          recordId: result.id ?? null,
          errors: result.errors ?? [],
        })),
    });
    if (upTo < at.total) return true;
    await this.repository.end(uow, id, 'completed');
    await run.completeIn(uow);
    return false;
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
