import { requireTenant } from '../context/index.js';
import type { TenantPool, UnitOfWork } from '../db/index.js';
import { conflict, notFound } from '../errors/index.js';
import { errorReason } from '../observability/index.js';
import { jobWake } from './job-queue.js';
import type { WakeQueue } from './wake-queue.js';

/** Prefix of the names of jobs that stand for an event that a consumer could not handle. */
export const CONSUMER_PREFIX = 'consumer:';

/** Work that is no longer retried, and why. Contains no record content. */
export interface DeadLetter {
  id: string;
  /** What failed: a job, or a consumer that handled an event. */
  kind: 'job' | 'consumer';
  /** Name of the job or consumer. */
  source: string;
  /** `permanent`: no retry could succeed. `poison`: it failed at every attempt. */
  errorClass: 'permanent' | 'poison';
  /** Code of the last error, or its type if it has none. */
  reason: string;
  attempts: number;
  correlationId: string;
  /** The event that a consumer could not handle. */
  eventId: string | null;
  createdAt: string;
  failedAt: string;
}

/** Selects dead letters. */
export interface DeadLetterFilter {
  kind?: DeadLetter['kind'] | undefined;
  source?: string | undefined;
}

const LISTED = `state = 'dead' and discarded_at is null`;

/** The dead letters of the context's tenant: jobs, and events for consumers, that failed for good. */
export class DeadLetters {
  constructor(
    private readonly pool: TenantPool,
    private readonly wakes: WakeQueue,
  ) {}

  /**
   * Returns dead letters, the latest failure first.
   * @param after the last dead letter of the previous page
   */
  async page(
    { kind, source }: DeadLetterFilter,
    limit: number,
    after?: Pick<DeadLetter, 'id' | 'failedAt'>,
  ): Promise<DeadLetter[]> {
    const { rows } = await this.pool.query({
      text: `select id, name, attempts, error_class, last_error, correlation_id, payload -> 'data' ->> 'eventId' as event_id,
               created_at, finished_at
             from job where tenant_id = $1 and ${LISTED}
               and ($2::boolean is null or starts_with(name, $3) = $2) and ($4::text is null or name in ($4, $3 || $4))
               and ($5::timestamptz is null or (finished_at, id) < ($5, $6::uuid))
             order by finished_at desc, id desc limit $7`,
      values: [
        requireTenant(),
        kind === undefined ? null : kind === 'consumer',
        CONSUMER_PREFIX,
        source ?? null,
        after?.failedAt ?? null,
        after?.id ?? null,
        limit,
      ],
    });
    return rows.map(toDeadLetter);
  }

  /**
   * Runs a dead letter again, with all its attempts. Of several people who do so at once, one does.
   * @returns the name of its job
   * @throws ProblemError 404, or 409 when it was already replayed or discarded
   */
  async replay(uow: UnitOfWork, id: string): Promise<string> {
    // The attempt count continues, because it also distinguishes one owner of the row from the next. Attempts used so
    // far are recorded instead.
    const { name, attempts } = await this.settle(
      uow,
      id,
      `state = 'pending', run_at = now(), finished_at = null, error_class = null,
       payload = jsonb_set(payload - '_unknown', '{_attemptsBefore}', to_jsonb(attempts))`,
    );
    uow.afterCommit(() => this.wakes.send([jobWake({ tenantId: uow.tenantId, id, attempts })]));
    return name;
  }

  /**
   * Takes a dead letter off the list for good. What it did before it failed stays.
   * @returns the name of its job
   * @throws ProblemError 404, or 409 when it was already replayed or discarded
   */
  async discard(uow: UnitOfWork, id: string): Promise<string> {
    // It stays dead: whoever waits for the job must not take it for one that still runs.
    return (await this.settle(uow, id, 'discarded_at = now()')).name;
  }

  private async settle(
    uow: UnitOfWork,
    id: string,
    set: string,
  ): Promise<{ name: string; attempts: number }> {
    const [settled] = await uow.run({
      text: `update job set ${set}, updated_at = now() where tenant_id = $1 and id = $2 and ${LISTED} returning name, attempts`,
      values: [uow.tenantId, id],
    });
    if (settled) return settled;
    const [job] = await uow.run<{ discarded: boolean }>({
      text: 'select discarded_at is not null as discarded from job where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id],
    });
    if (!job) throw notFound('The failed job');
    throw job.discarded
      ? conflict('alreadyDiscarded', 'Someone has already discarded this job.')
      : conflict('notFailed', 'Someone has already run this job again.');
  }
}

function toDeadLetter(row: any): DeadLetter {
  const isConsumer = row.name.startsWith(CONSUMER_PREFIX);
  return {
    id: row.id,
    kind: isConsumer ? 'consumer' : 'job',
    source: isConsumer ? row.name.slice(CONSUMER_PREFIX.length) : row.name,
    errorClass: row.error_class,
    reason: errorReason(row.last_error),
    attempts: row.attempts,
    correlationId: row.correlation_id,
    eventId: isConsumer ? row.event_id : null,
    createdAt: new Date(row.created_at).toISOString(),
    failedAt: new Date(row.finished_at).toISOString(),
  };
}
