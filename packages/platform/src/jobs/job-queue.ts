import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { type Actor, type Cause, currentContext } from '../context/index.js';
import type { UnitOfWork } from '../db/index.js';
import { traceCarrier } from '../observability/index.js';
import type { JobContract, JobEnvelope } from './job-contract.js';
import type { Wake, WakeQueue } from './wake-queue.js';

/** How a job is to be run. */
export interface EnqueueOptions {
  /** Not before this time. */
  runAt?: Date;
  /** If a job with the same name and key exists, no second one is created and the first one's id is returned. */
  idempotencyKey?: string;
  /** The member whose rights apply while it runs; by default the context's. */
  memberId?: string | null;
  actor?: Actor;
  /** Cause recorded on the handler's changes; by default `{kind: 'job', id: <the job's id>}`. */
  cause?: Cause;
}

/** Payloads are ids and options; a larger one suggests that record content is about to enter the queue. */
const MAX_PAYLOAD_BYTES = 16_384;

/** @internal The wake-up for a job's next attempt. Each attempt has its own id, because a queue ignores a known one. */
export function jobWake(job: { tenantId: string; id: string; attempts: number }, delayMs = 0): Wake {
  return {
    kind: 'job',
    id: `job-${job.id}-${job.attempts}`,
    data: { tenantId: job.tenantId, jobId: job.id },
    ...(delayMs > 0 ? { delayMs } : {}),
  };
}

/** Accepts jobs. The row commits with the caller's transaction; the queue is woken afterwards. */
export class JobQueue {
  constructor(private readonly wakes: WakeQueue) {}

  /**
   * Enqueues a job in the unit of work. One round trip; never fails because of the queue.
   * @returns the job's id, and whether it is new (false: the idempotency key was already used)
   * @throws ZodError when the payload does not match the contract
   */
  async enqueue<Schema extends z.ZodType>(
    uow: UnitOfWork,
    contract: JobContract<Schema>,
    payload: z.input<Schema>,
    options: EnqueueOptions = {},
  ): Promise<{ id: string; created: boolean }> {
    contract.schema.parse(payload);
    const context = currentContext();
    const id = uuidv7();
    const envelope: JobEnvelope = {
      data: payload,
      runAs: {
        actor: options.actor ?? context.actor,
        memberId: options.memberId === undefined ? context.memberId : options.memberId,
        identityId: context.identityId,
        cause: options.cause ?? null,
        causationId: context.causationId,
        depth: context.depth,
        suppress: context.suppress,
      },
      _trace: traceCarrier(),
    };
    const json = JSON.stringify(envelope);
    if (Buffer.byteLength(json) > MAX_PAYLOAD_BYTES)
      throw new RangeError(
        `the payload of ${contract.name} is larger than ${MAX_PAYLOAD_BYTES} bytes: pass ids instead`,
      );
    const [row] = await uow.run<{ id: string; created: boolean; attempts: number }>({
      text: `with made as (
          insert into job (tenant_id, id, name, payload, run_at, idempotency_key, correlation_id)
          values ($1, $2, $3, $4::jsonb, coalesce($5::timestamptz, now()), $6, $7)
          on conflict (tenant_id, name, idempotency_key) where idempotency_key is not null do nothing
          returning id)
        select id, true as created from made
        union all
        select id, false from job where tenant_id = $1 and name = $3 and idempotency_key = $6`,
      values: [
        uow.tenantId,
        id,
        contract.name,
        json,
        options.runAt?.toISOString() ?? null,
        options.idempotencyKey ?? null,
        context.correlationId,
      ],
    });
    // Empty when a concurrent transaction inserted the same key: this statement cannot see its row.
    if (!row) return this.findByKey(uow, contract.name, options.idempotencyKey!);
    if (row.created) {
      const delayMs = options.runAt ? options.runAt.getTime() - Date.now() : 0;
      uow.afterCommit(() => this.wakes.send([jobWake({ tenantId: uow.tenantId, id, attempts: 0 }, delayMs)]));
    }
    return { id: row.id, created: row.created };
  }

  /**
   * Enqueues a job that does the same work, on the same person's behalf, as one that has ended.
   * @returns the new job's id; undefined if the other one was deleted because of its age
   */
  async enqueueAgain(uow: UnitOfWork, endedId: string): Promise<string | undefined> {
    const id = uuidv7();
    const [row] = await uow.run<{ id: string }>({
      text: `insert into job (tenant_id, id, name, payload, correlation_id)
             select tenant_id, $3, name, payload - '_attemptsBefore' - '_unknown', correlation_id
               from job where tenant_id = $1 and id = $2 returning id`,
      values: [uow.tenantId, endedId, id],
    });
    if (row) uow.afterCommit(() => this.wakes.send([jobWake({ tenantId: uow.tenantId, id, attempts: 0 })]));
    return row?.id;
  }

  private async findByKey(
    uow: UnitOfWork,
    name: string,
    key: string,
  ): Promise<{ id: string; created: boolean }> {
    const [row] = await uow.run<{ id: string }>({
      text: 'select id from job where tenant_id = $1 and name = $2 and idempotency_key = $3',
      values: [uow.tenantId, name, key],
    });
    return { id: row!.id, created: false };
  }
}
