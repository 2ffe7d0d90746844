import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { type Follow, type FollowReason, keyOf, type RecordRef } from './follow.types.js';

/** A place in the list of what a person follows, those followed last first. */
export interface FollowPlace {
  /** ISO 8601. */
  since: string;
  recordId: string;
}

const COLUMNS = `f.object, f.record_id as "recordId", f.member_id as "memberId", f.reason, f.since,
  json_build_object('object', f.via_object, 'recordId', f.via_id) as via`;
/** What is followed for reasons that still count. */
const FOLLOWED = `not f.is_muted and not exists (
  select 1 from record_follow m where m.tenant_id = f.tenant_id and m.member_id = f.member_id and m.object = f.object
     and m.record_id = f.record_id and m.is_muted)`;
/** Oldest first. What happened at once has a settled order. */
const ORDER = 'f.since, f.reason, f.via_id';
/** Records as the second parameter of a statement. */
const AMONG = `(f.object, f.record_id) in (
  select r.object, r."recordId" from jsonb_to_recordset($2::jsonb) as r(object text, "recordId" uuid))`;

/** The rows of what people follow. */
@Injectable()
export class FollowsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns why a person follows records, oldest reason first. */
  async find(memberId: string, records: RecordRef[]): Promise<Follow[]> {
    if (records.length === 0) return [];
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from record_follow f
              where f.tenant_id = $1 and ${AMONG} and f.member_id = $3 and ${FOLLOWED} order by ${ORDER}`,
      values: [requireTenant(), refs(records), memberId],
    });
    return rows.map(dated);
  }

  /** Returns which records a person follows, and since when: once for each time at which a reason began, last first. */
  async page(memberId: string, limit: number, after?: FollowPlace): Promise<(RecordRef & { since: Date })[]> {
    const { rows } = await this.pool.query({
      text: `select distinct f.object, f.record_id as "recordId", f.since from record_follow f
              where f.tenant_id = $1 and f.member_id = $2 and ${FOLLOWED}
                and ($3::timestamptz is null or (f.since, f.record_id) < ($3, $4::uuid))
              order by f.since desc, f.record_id desc limit $5`,
      values: [requireTenant(), memberId, after?.since ?? null, after?.recordId ?? null, limit],
    });
    return rows.map((row) => ({ ...row, since: new Date(row.since) }));
  }

  /** Lets a person follow a record by their own choice. */
  async choose(uow: UnitOfWork, memberId: string, { object, recordId }: RecordRef): Promise<void> {
    await uow.run({
      text: `insert into record_follow as f (tenant_id, member_id, object, record_id, reason, via_object, via_id, since)
             values ($1, $2, $3, $4, 'chosen', $3, $4, now())
             on conflict (tenant_id, member_id, object, record_id, reason, via_id)
             do update set is_muted = false, since = now() where f.is_muted`,
      values: [uow.tenantId, memberId, object, recordId],
    });
  }

  /** Ends that a person follows a record, for whatever reason: nothing but their own choice makes them follow it again. */
  async mute(uow: UnitOfWork, memberId: string, { object, recordId }: RecordRef): Promise<void> {
    await uow.run({
      text: `insert into record_follow (tenant_id, member_id, object, record_id, reason, via_object, via_id, is_muted, since)
             values ($1, $2, $3, $4, 'chosen', $3, $4, true, now())
             on conflict (tenant_id, member_id, object, record_id, reason, via_id) do update set is_muted = true`,
      values: [uow.tenantId, memberId, object, recordId],
    });
  }

  /** Returns those of the records that a person chose not to follow, as {@link keyOf} names them. */
  async muted(memberId: string, records: RecordRef[]): Promise<Set<string>> {
    if (records.length === 0) return new Set();
    const { rows } = await this.pool.query({
      text: `select f.object, f.record_id as "recordId" from record_follow f
              where f.tenant_id = $1 and ${AMONG} and f.member_id = $3 and f.is_muted`,
      values: [requireTenant(), refs(records), memberId],
    });
    return new Set(rows.map((row) => keyOf(row as RecordRef)));
  }

  /** Adds reasons why people follow records by themselves. Known ones keep their time. One round trip. */
  async add(uow: UnitOfWork, follows: Follow[]): Promise<void> {
    if (follows.length === 0) return;
    const rows = follows.map((follow) => ({
      ...follow,
      viaObject: follow.via.object,
      viaId: follow.via.recordId,
      since: follow.since.toISOString(),
    }));
    await uow.run({
      // The order keeps two units of work from waiting for each other.
      text: `insert into record_follow (tenant_id, member_id, object, record_id, reason, via_object, via_id, since)
             select $1, m.id, g.object, g."recordId", g.reason, g."viaObject", g."viaId", min(g.since)
               from jsonb_to_recordset($2::jsonb) as g("memberId" uuid, object text, "recordId" uuid, reason text,
                 "viaObject" text, "viaId" uuid, since timestamptz)
               join member m on m.tenant_id = $1 and m.id = g."memberId" and m.status = 'active' and m.deleted_at is null
              group by m.id, g.object, g."recordId", g.reason, g."viaObject", g."viaId"
              order by m.id, g.object, g."recordId", g.reason, g."viaId"
             on conflict do nothing`,
      values: [uow.tenantId, JSON.stringify(rows)],
    });
  }

  /** Returns who follows records and why, oldest reason first. One round trip. */
  async followersOf(uow: UnitOfWork, records: RecordRef[]): Promise<Follow[]> {
    if (records.length === 0) return [];
    const rows = await uow.run({
      text: `select ${COLUMNS} from record_follow f where f.tenant_id = $1 and ${AMONG} and ${FOLLOWED} order by ${ORDER}`,
      values: [uow.tenantId, refs(records)],
    });
    return rows.map(dated);
  }

  /** Lets those who follow one record, or chose not to, do the same with another one. */
  async copy(uow: UnitOfWork, object: string, from: string, into: string): Promise<void> {
    await uow.run({
      text: `insert into record_follow (tenant_id, member_id, object, record_id, reason, via_object, via_id, is_muted, since)
             select tenant_id, member_id, object, $4, reason, via_object,
                    case when via_id = $3 then $4 else via_id end, is_muted, since from record_follow
              where tenant_id = $1 and object = $2 and record_id = $3
             on conflict do nothing`,
      values: [uow.tenantId, object, from, into],
    });
  }
}

const refs = (records: RecordRef[]): string =>
  JSON.stringify(records.map(({ object, recordId }) => ({ object, recordId })));

function dated(row: any): Follow {
  return { ...row, reason: row.reason as FollowReason, since: new Date(row.since) };
}
