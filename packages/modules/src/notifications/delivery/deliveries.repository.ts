import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { Delivery } from './delivery-batches.js';

/** How a notification leaves the product. */
export type Way = 'mail' | 'digest';

/** The message that is going to take along what waits for a person on a way. */
export interface Batch {
  memberId: string;
  way: Way;
  messageId: string;
}

/** The rows of deliveries and of the messages that gather them. */
@Injectable()
export class DeliveriesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Adds deliveries, and a message for each person and way that has none yet. The rows of the others are locked, so their
   * messages are made after the commit, and take along what was added.
   * @returns the messages of all of these people and ways
   */
  async add(uow: UnitOfWork, deliveries: Delivery[], batches: Batch[]): Promise<Batch[]> {
    const [, kept] = await uow.together([
      {
        text: `insert into notification_delivery (tenant_id, notification_id, way, member_id)
               select $1, d."notificationId", d.way, d."memberId"
                 from jsonb_to_recordset($2::jsonb) as d("notificationId" uuid, "memberId" uuid, way text)
               on conflict do nothing`,
        values: [uow.tenantId, JSON.stringify(deliveries)],
      },
      {
        // The order keeps two units of work from waiting for each other.
        text: `insert into notification_batch as b (tenant_id, member_id, way, message_id)
               select $1, d."memberId", d.way, d."messageId"
                 from jsonb_to_recordset($2::jsonb) as d("memberId" uuid, way text, "messageId" uuid)
                order by d."memberId", d.way
               on conflict (tenant_id, member_id, way) do update set message_id = b.message_id
               returning member_id as "memberId", way, message_id as "messageId"`,
        values: [uow.tenantId, JSON.stringify(batches)],
      },
    ]);
    return kept as Batch[];
  }

  /** Gives people and ways other messages. */
  async replace(uow: UnitOfWork, batches: Batch[]): Promise<void> {
    await uow.run({
      text: `update notification_batch b set message_id = d."messageId"
               from jsonb_to_recordset($2::jsonb) as d("memberId" uuid, way text, "messageId" uuid)
              where b.tenant_id = $1 and b.member_id = d."memberId" and b.way = d.way`,
      values: [uow.tenantId, JSON.stringify(batches)],
    });
  }

  /** Returns the message that is going to take along what waits for a person. */
  async waiting(uow: UnitOfWork, memberId: string, way: Way): Promise<string | undefined> {
    const [row] = await uow.run<{ id: string }>({
      text: `select message_id as id from notification_batch where tenant_id = $1 and member_id = $2 and way = $3`,
      values: [uow.tenantId, memberId, way],
    });
    return row?.id;
  }

  /** Whether a message has yet to take along what waits. */
  async isGathering(messageId: string, memberId: string, way: Way): Promise<boolean> {
    const { rows } = await this.pool.query({
      text: `select 1 from notification_batch where tenant_id = $1 and member_id = $2 and way = $3 and message_id = $4`,
      values: [requireTenant(), memberId, way, messageId],
    });
    return rows.length > 0;
  }

  /** Gives a message everything that waits, unless it was given before: later notifications go with the next one. */
  async close(uow: UnitOfWork, { messageId, memberId, way }: Batch): Promise<void> {
    const closed = await uow.run({
      text: `delete from notification_batch where tenant_id = $1 and member_id = $2 and way = $3 and message_id = $4
             returning message_id`,
      values: [uow.tenantId, memberId, way, messageId],
    });
    // A statement of its own, because it must see what was committed while the first one waited for the row.
    if (closed.length > 0)
      await uow.run({
        text: `update notification_delivery set message_id = $4
                where tenant_id = $1 and member_id = $2 and way = $3 and message_id is null`,
        values: [uow.tenantId, memberId, way, messageId],
      });
  }

  /** Returns the notifications of a message that their person has not read, archived or put off, the latest first. */
  async unseenOf(messageId: string, limit: number): Promise<string[]> {
    const { rows } = await this.pool.query({
      text: `select n.id from notification_delivery d
               join notification n on n.tenant_id = d.tenant_id and n.id = d.notification_id
              where d.tenant_id = $1 and d.message_id = $2
                and n.read_at is null and n.archived_at is null and n.shown_at <= now()
              order by n.shown_at desc, n.id desc limit $3`,
      values: [requireTenant(), messageId, limit],
    });
    return rows.map(({ id }) => id as string);
  }
}
