import type { PlatformPool } from '../db/index.js';
import { errorLine, type Logger } from '../observability/index.js';
import { JobStoppedError } from './job-error.js';
import type { JobHandlerRegistry } from './job-handler.js';
import { jobWake } from './job-queue.js';
import type { JobRunner } from './job-runner.js';
import { Ticker } from './ticker.js';
import type { WakeQueue } from './wake-queue.js';

interface SweptJob {
  tenantId: string;
  id: string;
  name: string;
  attempts: number;
}

const BATCH = 500;

/**
 * Recovers what the queue lost: jobs that are due but whose wake-up is gone (a flushed Redis), and jobs whose worker
 * died. Runs in every worker; several at the same time do no harm, since each row changes hands by one conditional
 * update. While the queue is not reachable, it runs the jobs itself.
 */
export class JobSweeper {
  private readonly ticker: Ticker;

  constructor(
    private readonly platform: PlatformPool,
    private readonly wakes: WakeQueue,
    private readonly runner: JobRunner,
    private readonly handlers: JobHandlerRegistry,
    private readonly logger: Logger,
    private readonly concurrency: number,
    sweepMs: number,
  ) {
    this.ticker = new Ticker('job sweep', sweepMs, () => this.sweep(), logger);
  }

  start(): void {
    this.ticker.start();
  }

  async stop(): Promise<void> {
    await this.ticker.stop();
  }

  /** Sweeps once. @throws when the database is not reachable */
  async sweep(): Promise<void> {
    const lapsed = await this.takeBackLapsed();
    if (lapsed.length > 0)
      this.logger.warn({ count: lapsed.length }, 'jobs taken back from workers that died');
    // Leaves jobs of the last second to their own wake-up.
    const { rows } = await this.platform.query<SweptJob>(
      `select tenant_id as "tenantId", id, name, attempts from job
       where state = 'pending' and run_at <= now() - interval '1 second' order by run_at limit ${BATCH}`,
    );
    const due = [...lapsed, ...rows.filter((row) => !lapsed.some(({ id }) => id === row.id))];
    if (due.length === 0) return;
    if (await this.wakes.trySend(due.map((job) => jobWake(job)))) return;
    for (const job of due.slice(0, Math.max(0, this.concurrency - this.runner.runningCount))) {
      this.runner
        .run(job.tenantId, job.id)
        .catch((error) => this.logger.warn({ err: error }, 'a job could not be claimed'));
    }
  }

  private async takeBackLapsed(): Promise<SweptJob[]> {
    const limits = this.handlers.limits();
    const { rows } = await this.platform.query<SweptJob & { state: string }>(
      `update job set
         state = case when spent then 'dead' else 'pending' end,
         error_class = case when spent then 'poison' else 'transient' end,
         finished_at = case when spent then now() end,
         last_error = $3,
         lease_until = null, run_at = now(), updated_at = now()
       from (
         select j.tenant_id as t, j.id as i,
                j.attempts - coalesce((j.payload ->> '_attemptsBefore')::int, 0) >= coalesce(l.attempts, 2147483647) as spent
         from job j left join unnest($1::text[], $2::int[]) as l(name, attempts) on l.name = j.name
         where j.state = 'running' and j.lease_until < now() limit ${BATCH}) lapsed
       where tenant_id = t and id = i and state = 'running' and lease_until < now()
       returning tenant_id as "tenantId", id, name, attempts, state`,
      [
        limits.map(({ name }) => name),
        limits.map(({ attempts }) => attempts),
        errorLine(new JobStoppedError('workerDied')),
      ],
    );
    return rows.filter(({ state }) => state === 'pending');
  }
}
