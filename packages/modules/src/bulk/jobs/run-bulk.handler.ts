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
  RecordBulk,
  RecordService,
  selection,
  summarise,
} from '@pellucid/platform/records';
import { BulkRepository } from '../bulk.repository.js';
import { runBulkJob } from './run-bulk.job.js';

interface Work {
  id: string;
  object: string;
  request: BulkRequest;
  untilId: string;
}

/** Writes in batches; batch, counts, failures and checkpoint commit together. */
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
      // What a retry cannot mend is told to the one who asked; the job itself becomes a dead letter.
      if (classifyError(error) === 'permanent')
        await this.units.run((uow) =>
          this.repository.end(
            uow,
            id,
            'failed',
            error instanceof ProblemError ? error.message : 'The work could not be done.',
          ),
        );
      throw error;
    }
  }

  /** One batch in one transaction. @returns whether there is more to do */
  private async batch(work: Work, run: JobRun): Promise<boolean> {
    const { body: hasMore } = await this.records.unit(undefined, async (uow) => {
      await run.guard(uow);
      return { status: 200, body: await this.write(work, run, uow) };
    });
    this.access.noteObserved();
    return hasMore;
  }

  private async write(
    { id, object, request, untilId }: Work,
    run: JobRun,
    uow: UnitOfWork,
  ): Promise<boolean> {
    const at = await this.repository.lock(uow, id);
    if (!at || !['queued', 'running'].includes(at.status)) {
      await run.completeIn(uow);
      return false;
    }
    // Rights are those of now, batch by batch.
    await this.bulk.assertAllowed(object, request.action);
    const byFilter = !request.ids && !request.rows;
    const ids = byFilter ? await this.selected(object, request, untilId, at.lastId) : undefined;
    const upTo = at.position + BULK_INLINE;
    const inputs = bulkInputs(
      {
        ...request,
        ...(request.rows ? { rows: request.rows.slice(at.position, upTo) } : {}),
        ...(request.ids ? { ids: request.ids.slice(at.position, upTo) } : {}),
      },
      ids,
    );
    if (inputs.length > 0) {
      const outcomes = await this.bulk.write(object, request, inputs, { uow });
      const { results, counts } = summarise(outcomes);
      const { total: _, ...byStatus } = counts;
      await this.repository.advance(uow, id, {
        position: at.position + inputs.length,
        lastId: ids?.at(-1) ?? null,
        counts: byStatus,
        failures: results
          .filter((result) => result.status === 'failed')
          .map((result) => ({
            row: at.position + result.index,
            recordId: result.id ?? null,
            errors: result.errors ?? [],
          })),
      });
    }
    if (inputs.length === BULK_INLINE) return true;
    await this.repository.end(uow, id, 'completed');
    await run.completeIn(uow);
    return false;
  }

  /**
   * The next ids of a filter, ascending. A row that matches no more because of this very change lies behind; a record made
   * after the request has a greater id than the request's own and is left alone.
   */
  private async selected(
    object: string,
    request: BulkRequest,
    untilId: string,
    after: string | null,
  ): Promise<string[]> {
    const list = { ...selection(request), deleted: request.action === 'restore' };
    const ids = await this.records.reader.ids(object, list, BULK_INLINE, after ?? undefined);
    return ids.filter((found) => found <= untilId);
  }
}
