import { requireTenant } from '../context/index.js';
import type { TenantPool, UnitOfWork } from '../db/index.js';
import { conflict, notFound } from '../errors/index.js';
import type { JobQueue } from '../jobs/index.js';
import { deliverJob } from './jobs/deliver.job.js';

/** A message that failed, or of which it is unknown whether it arrived. Contains no content. */
export interface UndeliveredMessage {
  id: string;
  kind: string;
  channel: string;
  state: 'failed' | 'unknown';
  /** Code of the last error; `cutOff` for an attempt whose worker died. */
  reason: string;
  attempts: number;
  /** The member whom it is for. */
  recipientId: string | null;
  createdAt: string;
  endedAt: string;
}

/** Selects undelivered messages. */
export interface UndeliveredFilter {
  state?: UndeliveredMessage['state'] | undefined;
}

const LISTED = `state in ('failed', 'unknown') and dismissed_at is null`;

/** The undelivered messages of the context's tenant. They wait for a person's decision. */
export class Undelivered {
  constructor(
    private readonly pool: TenantPool,
    private readonly queue: JobQueue,
  ) {}

  /** Returns undelivered messages, the latest first. @param after the last message of the previous page */
  async page(
    { state }: UndeliveredFilter,
    limit: number,
    after?: Pick<UndeliveredMessage, 'id' | 'createdAt'>,
  ): Promise<UndeliveredMessage[]> {
    const { rows } = await this.pool.query({
      text: `select id, kind, channel, state, reason, attempts, recipient_id, created_at, ended_at
               from outbound_message where tenant_id = $1 and ${LISTED} and ($2::text is null or state = $2)
                and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
              order by created_at desc, id desc limit $5`,
      values: [requireTenant(), state ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
    });
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      channel: row.channel,
      state: row.state,
      reason: row.reason ?? 'unknown',
      attempts: row.attempts,
      recipientId: row.recipient_id,
      createdAt: new Date(row.created_at).toISOString(),
      endedAt: new Date(row.ended_at).toISOString(),
    }));
  }

  /**
   * Sends a message again, with the same identifier and all its attempts, on behalf of whoever asked for it. Of several
   * people who do so at once, one does.
   * @returns the message's kind
   * @throws ProblemError 404, or 409 when it was already sent again or dismissed
   */
  async sendAgain(uow: UnitOfWork, id: string): Promise<string> {
    const { kind, asked_by_id: memberId } = await this.decide(
      uow,
      id,
      `state = 'pending', attempts_before = attempts, reason = null, due_at = now(), ended_at = null`,
    );
    await this.queue.enqueue(uow, deliverJob, { messageId: id }, { memberId });
    return kind;
  }

  /**
   * Takes a message off the list.
   * @returns the message's kind
   * @throws ProblemError 404, or 409 when it was already sent again or dismissed
   */
  async dismiss(uow: UnitOfWork, id: string): Promise<string> {
    return (await this.decide(uow, id, 'dismissed_at = now()')).kind;
  }

  private async decide(
    uow: UnitOfWork,
    id: string,
    set: string,
  ): Promise<{ kind: string; asked_by_id: string | null }> {
    const [decided] = await uow.run<{ kind: string; asked_by_id: string | null }>({
      text: `update outbound_message set ${set} where tenant_id = $1 and id = $2 and ${LISTED} returning kind, asked_by_id`,
      values: [uow.tenantId, id],
    });
    if (decided) return decided;
    const [message] = await uow.run<{ dismissed: boolean }>({
      text: 'select dismissed_at is not null as dismissed from outbound_message where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id],
    });
    if (!message) throw notFound('The message');
    throw message.dismissed
      ? conflict('alreadyDismissed', 'Someone has already dismissed this message.')
      : conflict('notUndelivered', 'Someone has already sent this message again.');
  }
}
