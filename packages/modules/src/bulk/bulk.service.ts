import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory, isAdministrator } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { badRequest, conflict, forbidden, notFound } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import {
  type BulkJobs,
  type BulkRequest,
  bulkInputs,
  type Cascade,
  type CascadeJob,
  CursorSealer,
  type IdempotencyRequest,
  listed,
  newId,
  RecordService,
} from '@pellucid/platform/records';
import { type BulkFailure, type BulkJobRow, BulkRepository } from './bulk.repository.js';
import { runBulkJob } from './jobs/run-bulk.job.js';
import { runCascadeJob } from './jobs/run-cascade.job.js';

/** A page of failed rows. */
export interface BulkFailurePage {
  data: BulkFailure[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Accepts bulk work as a job, shows it and cancels it. */
@Injectable()
export class BulkService implements BulkJobs, OnModuleInit {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(BulkRepository) private readonly repository: BulkRepository,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  onModuleInit(): void {
    this.records.writer.cascades.register({ enqueue: this.enqueueCascade.bind(this) });
  }

  /** Accepts the effects of a deletion or restoration on other records, in its transaction. */
  private async enqueueCascade(
    uow: UnitOfWork,
    id: string,
    cascade: Cascade,
    total: number,
  ): Promise<CascadeJob> {
    const { cause, correlationId } = currentContext();
    const job = await this.jobs.enqueue(
      uow,
      runCascadeJob,
      { bulkJobId: id },
      { cause: { kind: 'bulk', id } },
    );
    await this.repository.insert(uow, {
      id,
      jobId: job.id,
      object: cascade.object,
      request: { action: cascade.operation, cascade },
      total,
      startedBy: starter(),
      causeId: cause.kind === 'bulk' ? cause.id : null,
      correlationId,
    });
    return { id, status: 'queued', total };
  }

  /**
   * Accepts the work. Row, job, selection and idempotency key commit together.
   * @param total rows of the request; negative for records found by a query, which are stored and counted here
   * @throws ProblemError 400 for rows that cannot be read
   */
  async enqueue(
    object: string,
    request: BulkRequest,
    total: number,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string; status: string; total: number }> {
    if (total >= 0) bulkInputs(request);
    const context = currentContext();
    const id = newId();
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const job = await this.jobs.enqueue(
        uow,
        runBulkJob,
        { bulkJobId: id },
        { cause: { kind: 'bulk', id } },
      );
      await this.repository.insert(uow, {
        id,
        jobId: job.id,
        object,
        request,
        total: Math.max(total, 0),
        startedBy: starter(),
        correlationId: context.correlationId,
      });
      const selected =
        total >= 0
          ? total
          : await this.repository.select(uow, id, (wrap) =>
              this.records.lists.idsStatement(object, listed(request), wrap),
            );
      return { status: 202, body: { id, status: 'queued', total: selected } };
    });
    return body;
  }

  /** Returns a bulk job. @throws ProblemError 404 for work that does not exist or belongs to somebody else */
  async get(id: string): Promise<BulkJobRow> {
    const row = await this.repository.find(id, await this.visibleStarter());
    if (!row) throw notFound('The bulk job');
    return row;
  }

  /** Returns the failed rows, in the order of the request. @throws ProblemError 400 for an invalid cursor, 404 */
  async failures(
    id: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<BulkFailurePage> {
    await this.get(id);
    const binding = JSON.stringify([requireTenant(), 'bulkFailures', id]);
    const after = query.cursor ? Number(this.cursors.open(query.cursor, binding).values[0]) : -1;
    if (!Number.isInteger(after)) throw badRequest('invalidCursor', 'The cursor belongs to another list.');
    const rows = await this.repository.failures(id, after, query.limit + 1);
    const data = rows.slice(0, query.limit);
    const hasMore = rows.length > query.limit;
    const nextCursor = hasMore
      ? this.cursors.seal({ values: [String(data.at(-1)!.row)], id }, binding)
      : null;
    return { data, page: { nextCursor, hasMore } };
  }

  /**
   * Stops the work after the current batch; what is done stays. Allowed for whoever started it, and for administrators.
   * @throws ProblemError 404, 403 for work that the caller may only see, 409 when it has ended
   */
  async cancel(id: string): Promise<BulkJobRow> {
    const before = await this.get(id);
    const isOwn = (await this.repository.find(id, starter())) !== undefined;
    if (!isOwn && !this.access.rolesOf(await this.access.current()).some(isAdministrator))
      throw forbidden(
        'notTheirsToCancel',
        'Only the person who started this bulk job or an administrator can stop it.',
      );
    const hasEnded = await this.units.run((uow) => this.repository.end(uow, id, 'cancelled'));
    if (!hasEnded) {
      const { status } =
        before.status === 'running' || before.status === 'queued' ? await this.get(id) : before;
      throw conflict('bulkJobEnded', `The bulk job has already ended. Its status is ${status}.`, {
        state: status,
      });
    }
    return this.get(id);
  }

  /** Returns null for callers who may see everybody's. */
  private async visibleStarter(): Promise<string | null> {
    const snapshot = await this.access.current();
    return this.access.may(snapshot, { system: 'viewAudit' }) ? null : starter();
  }
}

/** Returns the acting member or API key; the member also if a job acts for them. */
function starter(): string | null {
  const { memberId, actor } = currentContext();
  return memberId ?? actor.id;
}
