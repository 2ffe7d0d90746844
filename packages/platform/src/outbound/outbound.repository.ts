import { requireTenant } from '../context/index.js';
import type { PlatformPool, TenantPool, UnitOfWork } from '../db/index.js';
import type { OutboundMessage } from './outbound-kind.js';

/** A message as it is stored. */
export interface StoredMessage extends OutboundMessage {
  channel: string;
  reference: unknown;
  state: 'pending' | 'claimed' | 'sent' | 'failed' | 'unknown' | 'dropped';
}

/** How an attempt ended, and when the next one is due. */
export type AttemptEnd =
  | { outcome: 'sent' | 'dropped' }
  | { outcome: 'failed' | 'unknown'; reason: string }
  | { outcome: 'retry'; reason: string; inMs: number };

/** A worker's right to send a message, once. */
export interface Claim {
  id: string;
  /** Number of the attempt. */
  number: number;
  /** Number of the attempt since the message was last asked for by a person. */
  counted: number;
}

const PURGE_BATCH = 5_000;

/** The rows of messages and attempts. */
export class OutboundRepository {
  constructor(private readonly pool: TenantPool) {}

  /** Stores a message. @returns false if its key is taken */
  async add(
    uow: UnitOfWork,
    message: {
      id: string;
      kind: string;
      channel: string;
      reference: unknown;
      recipientId: string | null;
      key: string | null;
      askedById: string | null;
      dueAt: Date | null;
    },
  ): Promise<boolean> {
    const rows = await uow.run({
      text: `insert into outbound_message (tenant_id, id, kind, channel, reference, recipient_id, key, asked_by_id, due_at)
             values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, coalesce($9::timestamptz, now()))
             on conflict (tenant_id, kind, key) do nothing returning id`,
      values: [
        uow.tenantId,
        message.id,
        message.kind,
        message.channel,
        JSON.stringify(message.reference),
        message.recipientId,
        message.key,
        message.askedById,
        message.dueAt?.toISOString() ?? null,
      ],
    });
    return rows.length > 0;
  }

  /** Returns a message of the context's tenant. */
  async find(id: string): Promise<StoredMessage | undefined> {
    const { rows } = await this.pool.query({
      text: `select id, kind, channel, recipient_id as "recipientId", reference, state, created_at as "createdAt"
               from outbound_message where tenant_id = $1 and id = $2`,
      values: [requireTenant(), id],
    });
    return rows[0] && { ...rows[0], createdAt: new Date(rows[0].createdAt) };
  }

  /** Returns those of the messages that wait for an attempt. */
  async waiting(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
    const rows = await uow.run<{ id: string }>({
      text: `select id from outbound_message where tenant_id = $1 and id = any($2::uuid[]) and state = 'pending'`,
      values: [uow.tenantId, ids],
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Makes a waiting message due later. @returns false if it is due even later already, or no longer waits */
  async postpone(uow: UnitOfWork, id: string, until: Date): Promise<boolean> {
    return this.move(uow, id, until, '<=');
  }

  /** Makes a waiting message due earlier. @returns false if it is already due then, or no longer waits */
  async advance(uow: UnitOfWork, id: string, to: Date): Promise<boolean> {
    return this.move(uow, id, to, '>');
  }

  private async move(uow: UnitOfWork, id: string, to: Date, from: '<=' | '>'): Promise<boolean> {
    const rows = await uow.run({
      text: `update outbound_message set due_at = $3
              where tenant_id = $1 and id = $2 and state = 'pending' and due_at ${from} $3::timestamptz returning id`,
      values: [uow.tenantId, id, to.toISOString()],
    });
    return rows.length > 0;
  }

  /**
   * Claims a message that waits. Of several workers at the same time, one gets it.
   * @param leaseMs after this time without an end, the attempt counts as cut off
   */
  async claim(uow: UnitOfWork, id: string, leaseMs: number): Promise<Claim | undefined> {
    const [claim] = await uow.run<Claim>({
      text: `with waiting as (
          select id from outbound_message where tenant_id = $1 and id = $2 and state = 'pending' for update skip locked),
        claimed as (
          update outbound_message m set state = 'claimed', attempts = attempts + 1,
            lease_until = now() + $3 * interval '1 millisecond'
          from waiting where m.tenant_id = $1 and m.id = waiting.id returning m.id, m.attempts, m.attempts_before),
        logged as (
          insert into outbound_attempt (tenant_id, message_id, number) select $1, id, attempts from claimed)
        select id, attempts as number, attempts - attempts_before as counted from claimed`,
      values: [uow.tenantId, id, leaseMs],
    });
    return claim;
  }

  /**
   * Records how an attempt ended. An attempt that was taken for cut off may still tell: what is known replaces `unknown`.
   * @returns false if somebody has asked for another attempt meanwhile
   */
  async settle(uow: UnitOfWork, { id, number }: Claim, end: AttemptEnd): Promise<boolean> {
    const state = end.outcome === 'retry' ? 'pending' : end.outcome;
    const reason = 'reason' in end ? end.reason : null;
    const rows = await uow.run({
      text: `with settled as (
          update outbound_message set state = $4, reason = $5, lease_until = null, dismissed_at = null,
            due_at = now() + $6 * interval '1 millisecond', ended_at = case when $4 = 'pending' then null else now() end
          where tenant_id = $1 and id = $2 and attempts = $3 and state in ('claimed', 'unknown') returning id),
        logged as (
          update outbound_attempt set outcome = $7, reason = $5, ended_at = now()
          where tenant_id = $1 and message_id = $2 and number = $3 and exists (select 1 from settled))
        select id from settled`,
      values: [uow.tenantId, id, number, state, reason, end.outcome === 'retry' ? end.inMs : 0, end.outcome],
    });
    return rows.length > 0;
  }
}

/** Marks attempts as unknown that were cut off, in all tenants. @returns how many */
export async function markCutOff(platform: PlatformPool): Promise<number> {
  const { rowCount } = await platform.query(
    `with cut_off as (
       update outbound_message set state = 'unknown', reason = 'cutOff', lease_until = null, ended_at = now()
       where state = 'claimed' and lease_until < now() returning tenant_id, id, attempts)
     update outbound_attempt a set outcome = 'unknown', reason = 'cutOff', ended_at = now()
     from cut_off c where a.tenant_id = c.tenant_id and a.message_id = c.id and a.number = c.attempts`,
  );
  return rowCount ?? 0;
}

/**
 * Deletes messages that were sent or dropped long ago, or dismissed, in all tenants. Undelivered ones stay until somebody
 * decides.
 * @returns how many
 */
export async function purgeMessages(platform: PlatformPool, days: number): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await platform.query(
      `with old as (
         select tenant_id, id from outbound_message
         where (state in ('sent', 'dropped') or dismissed_at is not null) and ended_at < now() - make_interval(days => $1)
         limit ${PURGE_BATCH}),
       attempts as (
         delete from outbound_attempt a using old where a.tenant_id = old.tenant_id and a.message_id = old.id)
       delete from outbound_message m using old where m.tenant_id = old.tenant_id and m.id = old.id`,
      [days],
    );
    removed += rowCount ?? 0;
    if (rowCount !== PURGE_BATCH) return removed;
  }
}
