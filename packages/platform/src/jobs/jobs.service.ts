import type { UnitOfWorkFactory } from '../db/index.js';
import { conflict, notFound } from '../errors/index.js';

/** What people can do with their tenant's jobs. All methods run in the context's tenant. */
export class JobsService {
  constructor(private readonly work: UnitOfWorkFactory) {}

  /**
   * Cancels a job. A waiting job will not run. A running one is told through its signal within seconds and keeps what
   * it has done.
   * @throws ProblemError 404, or 409 when it has ended
   */
  async cancel(id: string): Promise<void> {
    await this.work.run(async (uow) => {
      const cancelled = await uow.run({
        text: `update job set state = 'cancelled', finished_at = now(), lease_until = null, updated_at = now()
               where tenant_id = $1 and id = $2 and state in ('pending', 'running') returning id`,
        values: [uow.tenantId, id],
      });
      if (cancelled.length > 0) return;
      const [row] = await uow.run<{ state: string }>({
        text: 'select state from job where tenant_id = $1 and id = $2',
        values: [uow.tenantId, id],
      });
      if (!row) throw notFound('The job');
      throw conflict('jobState', `The job is ${row.state}.`, { state: row.state });
    });
  }
}
