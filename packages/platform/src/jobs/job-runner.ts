import type { AccessDirectory } from '../access/index.js';
import { newContext, runInContext, type WorkContext } from '../context/index.js';
import type { TenantPool, UnitOfWork } from '../db/index.js';
import { errorLine, inSpan, type Logger, type Metrics } from '../observability/index.js';
import type { JobContract, JobEnvelope } from './job-contract.js';
import {
  backoffMs,
  classifyError,
  type ErrorClass,
  isOutage,
  JobStoppedError,
  PermanentError,
  UnknownJobError,
} from './job-error.js';
import type { JobHandling, JobHandlerRegistry, JobRun } from './job-handler.js';
import { jobWake } from './job-queue.js';
import type { WakeQueue } from './wake-queue.js';

/** Timing of a worker's claim on a running job, in milliseconds. */
export interface LeaseTimes {
  /** A job whose worker has not renewed its lease for this long is given to another. */
  leaseMs: number;
  /** How often a worker renews its lease; also how soon it notices a cancellation. */
  heartbeatMs: number;
}

interface ClaimedJob {
  id: string;
  name: string;
  payload: JobEnvelope;
  attempts: number;
  correlation_id: string;
}

/** Keeps the attempt from being counted: nothing was wrong with the job. */
const UNCOUNTED = `jsonb_set(payload, '{_attemptsBefore}', to_jsonb(coalesce((payload ->> '_attemptsBefore')::int, 0) + 1))`;

/** How long a job that no handler here knows has to wait: long enough for a worker of a newer version to start. */
const UNKNOWN_JOB_DELAY_MS = 30_000;

/**
 * How long a job that no handler knows is offered to other workers. Then it is a dead letter: what it was for, such as a consumer
 * of events, no longer exists.
 */
const UNKNOWN_JOB_LIMIT_MS = 600_000;

/** Runs jobs: claims the row, binds the context, calls the handler, records how it ended. */
export class JobRunner {
  private readonly running = new Map<
    string,
    { tenantId: string; abort: AbortController; done: Promise<void> }
  >();
  private isClosing = false;
  private readonly durations;

  constructor(
    private readonly pool: TenantPool,
    private readonly access: AccessDirectory,
    private readonly handlers: JobHandlerRegistry,
    private readonly wakes: WakeQueue,
    private readonly logger: Logger,
    metrics: Metrics,
    private readonly times: LeaseTimes,
  ) {
    this.durations = metrics.seconds('pellucid_job_duration_seconds', 'Time of one attempt at a job', [
      'name',
      'outcome',
    ]);
  }

  /** Number of jobs running in this process. */
  get runningCount(): number {
    return this.running.size;
  }

  /** Whether a job of the tenant runs in this process. */
  isAtWork(tenantId: string): boolean {
    return [...this.running.values()].some((job) => job.tenantId === tenantId);
  }

  /**
   * Runs the job if it is due and no other worker runs it; otherwise does nothing.
   * @throws only when the database is not reachable for the claim
   */
  async run(tenantId: string, jobId: string): Promise<void> {
    if (this.isClosing || this.running.has(jobId)) return;
    const claimContext = newContext({ tenantId, correlationId: jobId, cause: { kind: 'job', id: jobId } });
    const job = await runInContext(claimContext, async () => {
      const claimed = await this.claim(tenantId, jobId);
      // Rights granted before the job was enqueued must apply to it: a refusal would be permanent.
      this.access.noteObserved();
      if (!claimed || claimed.payload.runAs) return claimed;
      // Trying again wouldn't help, and a worker would take it at every end of its lease.
      await this.bury(tenantId, claimed, 'poison', new PermanentError('the job lacks runAs'));
      return null;
    });
    if (!job) return;
    const abort = new AbortController();
    const done = this.execute(tenantId, job, abort).finally(() => this.running.delete(jobId));
    this.running.set(jobId, { tenantId, abort, done });
    await done;
  }

  /** Tells all handlers to stop and waits for them. Jobs that do not stop in time keep their lease until it expires. */
  async close(graceMs = 8_000): Promise<void> {
    this.isClosing = true;
    const running = [...this.running.values()];
    for (const { abort } of running) abort.abort(new JobStoppedError('shutdown'));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, graceMs);
    });
    await Promise.race([Promise.allSettled(running.map(({ done }) => done)), late]);
    clearTimeout(timer);
  }

  private async claim(tenantId: string, jobId: string): Promise<ClaimedJob | null> {
    const { rows } = await this.pool.query({
      text: `with due as (
          update job set state = 'running', attempts = attempts + 1, updated_at = now(),
            lease_until = now() + $3 * interval '1 millisecond'
          where tenant_id = $1 and id = $2 and state = 'pending' and run_at <= now()
          returning id, name, payload, attempts, correlation_id)
        select due.*, null::float8 as wait_ms from due
        union all
        select id, null, null, attempts, null, extract(epoch from run_at - now())::float8 * 1000 from job
        where tenant_id = $1 and id = $2 and state = 'pending' and run_at > now()`,
      values: [tenantId, jobId, this.times.leaseMs],
    });
    const row = rows[0];
    if (!row) return null;
    if (row.wait_ms === null) return row;
    // The queue's clock runs ahead of the database's.
    const wake = jobWake({ tenantId, id: jobId, attempts: row.attempts }, row.wait_ms + 5);
    // This entry is still active in the queue, which would ignore a second one with the same id.
    this.wakes.send([{ ...wake, id: `${wake.id}-again` }]);
    return null;
  }

  private async execute(tenantId: string, job: ClaimedJob, abort: AbortController): Promise<void> {
    const { runAs, _trace } = job.payload;
    const context: WorkContext = newContext({
      tenantId,
      actor: runAs.actor,
      memberId: runAs.memberId,
      identityId: runAs.identityId,
      correlationId: job.correlation_id,
      causationId: runAs.causationId,
      cause: runAs.cause ?? { kind: 'job', id: job.id },
      depth: runAs.depth,
      suppress: runAs.suppress,
      route: `job ${job.name}`,
    });
    await runInContext(context, async () => {
      const attributes = { 'pellucid.job.id': job.id, 'pellucid.job.attempt': job.attempts };
      await inSpan(`job ${job.name}`, { attributes, carrier: _trace }, async () => {
        const began = performance.now();
        const outcome = await this.attempt(tenantId, job, abort).catch((error) => {
          // The end could not be recorded: the lease expires and the sweeper gives the job to another worker.
          this.logger.error(
            { err: error, jobId: job.id, job: job.name },
            'the end of a job could not be recorded',
          );
          return 'unrecorded';
        });
        this.durations.observe({ name: job.name, outcome }, (performance.now() - began) / 1000);
      });
    });
  }

  private async attempt(tenantId: string, job: ClaimedJob, abort: AbortController): Promise<string> {
    const found = this.handlers.find(job.name);
    if (!found) return this.leaveUnknown(tenantId, job);
    const { contract } = found;
    const run = this.jobRun(tenantId, job, contract, abort.signal);
    try {
      await this.withLease(tenantId, job, contract, abort, () => this.handle(found, job, run));
      // It is unknown whether a handler that was told to stop has finished. The job runs again, since it is idempotent.
      abort.signal.throwIfAborted();
    } catch (error) {
      return this.fail(tenantId, job, contract, error, abort.signal);
    }
    await this.end(
      tenantId,
      job,
      `state = 'done', finished_at = now(), last_error = null, error_class = null`,
      [],
    );
    this.logger.info({ jobId: job.id, job: job.name, attempt: job.attempts }, 'job done');
    return 'done';
  }

  /** Leaves a job that no handler here knows to other workers; for good if none has known it for long enough. */
  private async leaveUnknown(tenantId: string, job: ClaimedJob): Promise<string> {
    const before = job.payload._unknown;
    // Another attempt in between was that of a worker that knows the job.
    const since = before?.attempt === job.attempts - 1 ? before.since : new Date().toISOString();
    const error = new UnknownJobError(`no worker knows the job ${job.name}`);
    if (Date.now() - Date.parse(since) >= UNKNOWN_JOB_LIMIT_MS) {
      await this.bury(tenantId, job, 'permanent', error);
      return 'permanent';
    }
    const set = `state = 'pending', run_at = now() + $4 * interval '1 millisecond', last_error = $5,
      payload = jsonb_set(${UNCOUNTED}, '{_unknown}', $6::jsonb)`;
    const unknown = JSON.stringify({ since, attempt: job.attempts });
    await this.end(tenantId, job, set, [UNKNOWN_JOB_DELAY_MS, errorLine(error), unknown]);
    this.logger.warn({ jobId: job.id, job: job.name }, 'no handler here for a job: left for another worker');
    return 'unknown';
  }

  /** Makes the job a dead letter. */
  private async bury(
    tenantId: string,
    job: ClaimedJob,
    errorClass: 'permanent' | 'poison',
    error: unknown,
  ): Promise<void> {
    const attempt = job.attempts - (job.payload._attemptsBefore ?? 0);
    const set = `state = 'dead', finished_at = now(), error_class = $4, last_error = $5`;
    await this.end(tenantId, job, set, [errorClass, errorLine(error)]);
    this.logger.error(
      { jobId: job.id, job: job.name, attempt, errorClass, err: error },
      'job is a dead letter',
    );
  }

  private async handle(
    found: { contract: JobContract; handler: JobHandling },
    job: ClaimedJob,
    run: JobRun,
  ): Promise<void> {
    const payload = found.contract.schema.parse(job.payload.data);
    await found.handler.handle(payload, run);
  }

  /**
   * Runs the function while renewing the lease; stops waiting for it when the job is stopped and it does not return.
   */
  private async withLease(
    tenantId: string,
    job: ClaimedJob,
    contract: JobContract,
    abort: AbortController,
    fn: () => Promise<void>,
  ): Promise<void> {
    let leaseEnds = Date.now() + this.times.leaseMs;
    let isBeating = false;
    const heartbeat = setInterval(async () => {
      if (isBeating) return;
      isBeating = true;
      const asked = Date.now();
      try {
        await this.extendLease(tenantId, job);
        leaseEnds = asked + this.times.leaseMs;
      } catch (error) {
        if (error instanceof JobStoppedError) abort.abort(error);
        else if (Date.now() >= leaseEnds) abort.abort(new JobStoppedError('leaseLost'));
      } finally {
        isBeating = false;
      }
    }, this.times.heartbeatMs);
    const timeout = setTimeout(() => abort.abort(new JobStoppedError('timeout')), contract.timeoutMs);
    try {
      const stopped = new Promise<never>((_, reject) => {
        // Gives the handler the time of one heartbeat to clean up.
        const giveUp = () => setTimeout(() => reject(abort.signal.reason), this.times.heartbeatMs).unref();
        abort.signal.addEventListener('abort', giveUp, { once: true });
      });
      const work = fn();
      work.catch(() => {});
      await Promise.race([work, stopped]);
    } finally {
      clearInterval(heartbeat);
      clearTimeout(timeout);
    }
  }

  private async extendLease(tenantId: string, job: ClaimedJob): Promise<void> {
    const { rows } = await this.pool.query({
      text: `with kept as (
          update job set lease_until = now() + $4 * interval '1 millisecond'
          where tenant_id = $1 and id = $2 and state = 'running' and attempts = $3 returning 'running' as state)
        select state from kept
        union all
        select case state when 'running' then 'taken' else state end from job where tenant_id = $1 and id = $2
        limit 1`,
      values: [tenantId, job.id, job.attempts, this.times.leaseMs],
    });
    const state = rows[0]?.state;
    if (state === 'running') return;
    throw new JobStoppedError(state === 'cancelled' ? 'cancelled' : 'leaseLost');
  }

  private jobRun(tenantId: string, job: ClaimedJob, contract: JobContract, signal: AbortSignal): JobRun {
    const attempt = job.attempts - (job.payload._attemptsBefore ?? 0);
    const own = async (uow: UnitOfWork, text: string, ...more: unknown[]) => {
      const [row] = await uow.run({ text, values: [tenantId, job.id, job.attempts, ...more] });
      if (!row) throw new JobStoppedError('leaseLost');
      return row;
    };
    return {
      id: job.id,
      tenantId,
      name: job.name,
      attempt,
      isLastAttempt: attempt >= contract.attempts,
      signal,
      shouldStop: () => signal.aborted,
      checkpoint: async () => {
        signal.throwIfAborted();
        await this.extendLease(tenantId, job);
      },
      guard: async (uow) => {
        const row = await own(
          uow,
          `select cursor from job where tenant_id = $1 and id = $2 and state = 'running' and attempts = $3 for update`,
        );
        return row.cursor;
      },
      moveTo: async (uow, cursor) => {
        await own(
          uow,
          `update job set cursor = $4::jsonb, updated_at = now()
            where tenant_id = $1 and id = $2 and state = 'running' and attempts = $3 returning id`,
          JSON.stringify(cursor),
        );
      },
      completeIn: async (uow) => {
        await own(
          uow,
          `update job set state = 'done', finished_at = now(), updated_at = now(), lease_until = null,
             last_error = null, error_class = null
           where tenant_id = $1 and id = $2 and state = 'running' and attempts = $3 returning id`,
        );
      },
    };
  }

  private async fail(
    tenantId: string,
    job: ClaimedJob,
    contract: JobContract,
    error: unknown,
    signal: AbortSignal,
  ): Promise<string> {
    const stop =
      error instanceof JobStoppedError ? error : signal.aborted ? (signal.reason as JobStoppedError) : null;
    if (stop?.because === 'cancelled' || stop?.because === 'leaseLost') {
      this.logger.info({ jobId: job.id, job: job.name }, stop.message);
      return stop.because;
    }
    if (stop?.because === 'shutdown') {
      await this.end(tenantId, job, `state = 'pending', run_at = now(), payload = ${UNCOUNTED}`, []);
      this.wakes.send([jobWake({ tenantId, id: job.id, attempts: job.attempts })]);
      return 'shutdown';
    }
    const kind: ErrorClass = stop ? 'transient' : classifyError(error);
    const used = job.attempts - (job.payload._attemptsBefore ?? 0);
    if (kind === 'permanent' || (used >= contract.attempts && !isOutage(error))) {
      const errorClass = kind === 'permanent' ? 'permanent' : 'poison';
      await this.bury(tenantId, job, errorClass, stop ?? error);
      return errorClass;
    }
    const wait = backoffMs(contract.backoff, used);
    await this.end(
      tenantId,
      job,
      `state = 'pending', run_at = now() + $4 * interval '1 millisecond', error_class = $5, last_error = $6`,
      [wait, kind, errorLine(stop ?? error)],
    );
    this.wakes.send([jobWake({ tenantId, id: job.id, attempts: job.attempts }, wait)]);
    this.logger.warn(
      { jobId: job.id, job: job.name, attempt: used, retryInMs: wait, err: error },
      'job failed, will retry',
    );
    return 'retry';
  }

  /**
   * Ends the attempt, unless another worker owns the job by now (or the handler completed it in its own transaction).
   */
  private async end(tenantId: string, job: ClaimedJob, set: string, values: unknown[]): Promise<void> {
    await this.pool.query({
      text: `update job set ${set}, lease_until = null, updated_at = now()
             where tenant_id = $1 and id = $2 and attempts = $3 and state = 'running'`,
      values: [tenantId, job.id, job.attempts, ...values],
    });
  }
}
