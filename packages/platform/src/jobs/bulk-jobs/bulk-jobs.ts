import { v7 as uuidv7 } from 'uuid';
import { type AccessDirectory, isAdministrator } from '../../access/index.js';
import { type Cause, currentContext } from '../../context/index.js';
import type { UnitOfWork, UnitOfWorkFactory } from '../../db/index.js';
import { conflict, forbidden, notFound } from '../../errors/index.js';
import type { JobQueue } from '../job-queue.js';
import {
  type BulkFailure,
  type BulkJobContract,
  type BulkJobSpec,
  type BulkJobState,
  isOpen,
} from './bulk-job.types.js';
import type { BulkJobFilter, BulkJobsRepository } from './bulk-jobs.repository.js';

/** Who works if nobody's rights limit the work. */
const PRODUCT = { actor: { kind: 'system', id: null }, memberId: null } as const;

/**
 * Work over many records that people follow: progress, counts, failures, pausing, resuming and stopping are the same for
 * all of it (docs/adr/0040-bulk-jobs.md). The worker's side is the BulkJobRunner.
 */
export class BulkJobs {
  constructor(
    private readonly queue: JobQueue,
    private readonly units: UnitOfWorkFactory,
    private readonly access: AccessDirectory,
    private readonly repository: BulkJobsRepository,
  ) {}

  /**
   * Accepts work in the unit of work. It runs as the caller, with the rights that they have at each batch.
   * @param contract made with `defineBulkJob`
   * @param cause of the events that the work leads to; by default `{kind: 'bulk', id: <the bulk job's id>}`
   */
  async start(
    uow: UnitOfWork,
    contract: BulkJobContract,
    { asProduct, ...spec }: BulkJobSpec,
    cause?: Cause,
  ): Promise<{ id: string; status: 'queued'; total: number }> {
    const id = spec.id ?? uuidv7();
    const job = await this.queue.enqueue(
      uow,
      contract,
      { bulkJobId: id },
      { cause: cause ?? { kind: 'bulk', id }, ...(asProduct ? PRODUCT : {}) },
    );
    await this.repository.insert(uow, {
      ...spec,
      id,
      jobId: job.id,
      startedBy: asProduct ? null : starter(),
      correlationId: currentContext().correlationId,
    });
    return { id, status: 'queued', total: spec.total };
  }

  /** Sets the number of rows of work that was accepted in the same unit of work. */
  setTotal(uow: UnitOfWork, id: string, total: number): Promise<void> {
    return this.repository.setTotal(uow, id, total);
  }

  /** Returns a bulk job. @throws ProblemError 404 for work that does not exist or belongs to somebody else */
  async get(id: string): Promise<BulkJobState> {
    const found = await this.repository.find(id, await this.visibleStarter());
    if (!found) throw notFound('The bulk job');
    return found;
  }

  /**
   * Returns the caller's bulk jobs, the latest first; with `everyone` those of everybody.
   * @param before id of the last job of the previous page
   * @throws ProblemError 403 for everybody's without the right to see them
   */
  async page(
    filter: Omit<BulkJobFilter, 'startedBy'> & { everyone?: boolean },
    limit: number,
    before?: string,
  ): Promise<BulkJobState[]> {
    const visible = await this.visibleStarter();
    if (filter.everyone && visible !== null)
      throw forbidden('permissionMissing', "Your roles don't let you see the bulk jobs of others.");
    return this.repository.page({ ...filter, startedBy: filter.everyone ? null : starter() }, limit, before);
  }

  /** Whether the caller started the work. Whoever views the product as a role didn't. */
  isOwn({ startedBy }: BulkJobState): boolean {
    return startedBy !== null && startedBy === starter() && currentContext().viewAs === null;
  }

  /**
   * Returns failed rows after the given one, in the order of the request.
   * @throws ProblemError 404 as {@link get}
   */
  async failures(id: string, after: number, limit: number): Promise<BulkFailure[]> {
    await this.get(id);
    return this.repository.failures(id, after, limit);
  }

  /**
   * Pauses the work after the current batch. What is done stays; {@link resume} goes on from there.
   * @throws ProblemError 404, 403 for work that the caller may only see, 409 when it is not at work
   */
  async pause(id: string): Promise<BulkJobState> {
    await this.controllable(id);
    const isPaused = await this.units.run((uow) => this.repository.pause(uow, id));
    if (!isPaused) throw await this.wrongStatus(id, 'bulkJobNotRunning', "The bulk job isn't running.");
    return this.get(id);
  }

  /**
   * Goes on with paused work, as the person who started it.
   * @throws ProblemError 404, 403 for work that the caller may only see, 409 when it is not paused
   */
  async resume(id: string): Promise<BulkJobState> {
    await this.controllable(id);
    const isResumed = await this.units.run(async (uow) => {
      const at = await this.repository.lock(uow, id);
      if (at?.status !== 'paused') return false;
      const jobId = await this.queue.enqueueAgain(uow, at.jobId);
      if (!jobId)
        throw conflict(
          'bulkJobTooOld',
          'The bulk job was paused for more than 30 days and can no longer go on. Start the work again.',
        );
      await this.repository.resume(uow, id, jobId);
      return true;
    });
    if (!isResumed) throw await this.wrongStatus(id, 'bulkJobNotPaused', "The bulk job isn't paused.");
    return this.get(id);
  }

  /**
   * Stops the work after the current batch; what is done stays. Allowed for whoever started it, and for administrators.
   * @throws ProblemError 404, 403 for work that the caller may only see, 409 when it has ended
   */
  async cancel(id: string): Promise<BulkJobState> {
    const before = await this.controllable(id);
    const hasEnded = await this.units.run(async (uow) => {
      const at = await this.repository.lock(uow, id);
      // The queue job of paused work has ended, so another one clears up after it.
      const jobId = at?.status === 'paused' ? await this.queue.enqueueAgain(uow, at.jobId) : undefined;
      if (jobId) await this.repository.resume(uow, id, jobId);
      return (await this.repository.end(uow, id, 'cancelled')) !== undefined;
    });
    if (!hasEnded) {
      const { status } = isOpen(before.status) ? await this.get(id) : before;
      throw conflict('bulkJobEnded', `The bulk job has already ended. Its status is ${status}.`, {
        state: status,
      });
    }
    return this.get(id);
  }

  /** @throws ProblemError 404, or 403 unless the caller started the job or is an administrator */
  private async controllable(id: string): Promise<BulkJobState> {
    const found = await this.get(id);
    const isOwn = (await this.repository.find(id, starter())) !== undefined;
    if (!isOwn && !this.access.rolesOf(await this.access.current()).some(isAdministrator))
      throw forbidden(
        'notTheirsToCancel',
        'Only the person who started this bulk job or an administrator can pause, resume or stop it.',
      );
    return found;
  }

  private async wrongStatus(id: string, code: string, message: string) {
    const { status } = await this.get(id);
    return conflict(code, `${message} Its status is ${status}.`, { state: status });
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
