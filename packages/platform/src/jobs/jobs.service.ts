import { conflict, notFound } from '../errors/index.js';
import { requireTenant } from '../context/index.js';
import type { UnitOfWorkFactory } from '../db/index.js';
import { jobWake } from './job-queue.js';
import type { WakeQueue } from './wake-queue.js';

/** A job that is no longer retried, and why. */
export interface DeadLetter {
  id: string;
  name: string;
  payload: unknown;
  attempts: number;
  errorClass: string;
  lastError: string;
  correlationId: string;
  createdAt: string;
  finishedAt: string;
}

/** What people can do with their tenant's jobs. All methods run in the context's tenant. */
export class JobsService {
  constructor(
    private readonly work: UnitOfWorkFactory,
    private readonly wakes: WakeQueue,
  ) {}

  /** Dead letters, newest first. @param limit at most 200 */
  async deadLetters(limit = 50): Promise<DeadLetter[]> {
    return this.work.run(
      async (_uow, [rows]) => rows as DeadLetter[],
      [
        {
          text: `select id, name, payload -> 'data' as payload, attempts, error_class as "errorClass",
                   last_error as "lastError", correlation_id as "correlationId", created_at as "createdAt",
                   finished_at as "finishedAt"
                 from job where state = 'dead' order by finished_at desc limit $1`,
          values: [Math.min(Math.max(limit, 1), 200)],
        },
      ],
    );
  }

  /** Runs a dead letter again, with all its attempts. @throws ProblemError 404, or 409 when it is not dead */
  async replay(id: string): Promise<void> {
    // The attempt count continues, because it also distinguishes one owner of the row from the next. Attempts used so
    // far are recorded instead.
    const { attempts } = await this.change(
      id,
      'dead',
      `state = 'pending', run_at = now(), finished_at = null, error_class = null,
       payload = jsonb_set(payload, '{_attemptsBefore}', to_jsonb(attempts))`,
    );
    this.wakes.send([jobWake({ tenantId: requireTenant(), id, attempts })]);
  }

  /** Discards a dead letter permanently. @throws ProblemError 404, or 409 when it is not dead */
  async discard(id: string): Promise<void> {
    await this.change(id, 'dead', `state = 'cancelled', finished_at = now()`);
  }

  /**
   * Cancels a job. A waiting job will not run. A running one is told through its signal within seconds and keeps what
   * it has done.
   * @throws ProblemError 404, or 409 when it has ended
   */
  async cancel(id: string): Promise<void> {
    await this.change(id, 'pending,running', `state = 'cancelled', finished_at = now(), lease_until = null`);
  }

  private async change(id: string, from: string, set: string): Promise<{ attempts: number }> {
    return this.work.run(async (uow) => {
      const changed = await uow.run({
        text: `update job set ${set}, updated_at = now()
               where tenant_id = $1 and id = $2 and state = any(string_to_array($3, ',')) returning attempts`,
        values: [uow.tenantId, id, from],
      });
      if (changed[0]) return changed[0];
      const [row] = await uow.run<{ state: string }>({
        text: 'select state from job where tenant_id = $1 and id = $2',
        values: [uow.tenantId, id],
      });
      if (!row) throw notFound('The job');
      throw conflict('jobState', `The job is ${row.state}.`, { state: row.state });
    });
  }
}
