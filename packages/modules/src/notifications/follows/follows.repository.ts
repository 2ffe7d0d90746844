import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { Follow, FollowReason, RecordRef } from './follow.types.js';

/** A place in the list of what a person follows, those followed last first. */
export interface FollowPlace {
  /** ISO 8601. */
  since: string;
  recordId: string;
}

const COLUMNS = `object, record_id as "recordId", member_id as "memberId", reason, since`;

/** The rows of what people follow. */
@Injectable()
export class FollowsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns how a person follows a record; undefined if they don't. */
  async find(memberId: string, { object, recordId }: RecordRef): Promise<Follow | undefined> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from record_follow
              where tenant_id = $1 and member_id = $2 and object = $3 and record_id = $4 and not is_muted`,
      values: [requireTenant(), memberId, object, recordId],
    });
    return rows[0] && dated(rows[0]);
  }

  /** Returns what a person follows, those followed last first. */
  async page(memberId: string, limit: number, after?: FollowPlace): Promise<Follow[]> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from record_follow
              where tenant_id = $1 and member_id = $2 and not is_muted
                and ($3::timestamptz is null or (since, record_id) < ($3, $4::uuid))
              order by since desc, record_id desc limit $5`,
      values: [requireTenant(), memberId, after?.since ?? null, after?.recordId ?? null, limit],
    });
    return rows.map(dated);
  }

  /** Lets a person follow a record by their own choice. */
  async choose(uow: UnitOfWork, memberId: string, { object, recordId }: RecordRef): Promise<void> {
    await uow.run({
      text: `insert into record_follow as f (tenant_id, member_id, object, record_id, reason, since)
             values ($1, $2, $3, $4, 'chosen', now())
             on conflict (tenant_id, member_id, object, record_id)
             do update set reason = 'chosen', is_muted = false, since = now() where f.is_muted`,
      values: [uow.tenantId, memberId, object, recordId],
    });
  }

  /**
   * Ends that a person follows a record; nothing but their own choice makes them follow it again.
   * @returns false if they never followed it
   */
  async mute(uow: UnitOfWork, memberId: string, { object, recordId }: RecordRef): Promise<boolean> {
    const muted = await uow.run({
      text: `update record_follow set is_muted = true
              where tenant_id = $1 and member_id = $2 and object = $3 and record_id = $4 returning record_id`,
      values: [uow.tenantId, memberId, object, recordId],
    });
    return muted.length > 0;
  }

  /**
   * Lets people follow records by themselves, unless they follow them already or chose not to. Of several reasons, the
   * first one counts. One round trip.
   */
  async add(uow: UnitOfWork, follows: Follow[]): Promise<void> {
    if (follows.length === 0) return;
    const first = new Map(
      follows.toReversed().map((each) => [`${each.memberId}/${each.object}/${each.recordId}`, each]),
    );
    const rows = [...first.values()].map((follow) => ({ ...follow, since: follow.since.toISOString() }));
    await uow.run({
      // The order keeps two units of work from waiting for each other.
      text: `insert into record_follow (tenant_id, member_id, object, record_id, reason, since)
             select $1, m.id, g.object, g."recordId", g.reason, g.since
               from jsonb_to_recordset($2::jsonb) as g("memberId" uuid, object text, "recordId" uuid, reason text, since timestamptz)
               join member m on m.tenant_id = $1 and m.id = g."memberId" and m.status = 'active' and m.deleted_at is null
              order by m.id, g.object, g."recordId"
             on conflict do nothing`,
      values: [uow.tenantId, JSON.stringify(rows)],
    });
  }

  /** Returns who follows records. One round trip. */
  async followersOf(uow: UnitOfWork, records: RecordRef[]): Promise<Follow[]> {
    if (records.length === 0) return [];
    const rows = await uow.run({
      text: `select ${COLUMNS} from record_follow
              where tenant_id = $1 and not is_muted and (object, record_id) in (
                select r.object, r."recordId" from jsonb_to_recordset($2::jsonb) as r(object text, "recordId" uuid))`,
      values: [uow.tenantId, JSON.stringify(records.map(({ object, recordId }) => ({ object, recordId })))],
    });
    return rows.map(dated);
  }

  /** Returns why a person follows records, by record; those that they don't follow are missing. */
  async reasonsOf(memberId: string, records: RecordRef[]): Promise<Map<string, FollowReason>> {
    if (records.length === 0) return new Map();
    const { rows } = await this.pool.query({
      text: `select record_id as id, reason from record_follow
              where tenant_id = $1 and member_id = $2 and not is_muted and (object, record_id) in (
                select r.object, r."recordId" from jsonb_to_recordset($3::jsonb) as r(object text, "recordId" uuid))`,
      values: [requireTenant(), memberId, JSON.stringify(records)],
    });
    return new Map(rows.map(({ id, reason }) => [id, reason]));
  }

  /** Lets those who follow one record, or chose not to, do the same with another one. */
  async copy(uow: UnitOfWork, object: string, from: string, into: string): Promise<void> {
    await uow.run({
      text: `insert into record_follow (tenant_id, member_id, object, record_id, reason, is_muted, since)
             select tenant_id, member_id, object, $4, reason, is_muted, since from record_follow
              where tenant_id = $1 and object = $2 and record_id = $3
             on conflict do nothing`,
      values: [uow.tenantId, object, from, into],
    });
  }
}

function dated(row: any): Follow {
  return { ...row, reason: row.reason as FollowReason, since: new Date(row.since) };
}
