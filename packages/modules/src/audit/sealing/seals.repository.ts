import { Inject, Injectable } from '@nestjs/common';
import { averageTenant, PlatformPool, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { leafExpression, type SealableEvent } from './event-leaf.js';
import type { Seal } from './seal.js';

/** Columns of a seal that {@link toSeal} reads. */
export const SEAL_COLUMNS = `tenant_id, number::text, from_position::text, to_position::text, format, entries, root, prev, mac, key_id,
  to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as sealed_at`;

/** How far a tenant's feed is sealed. */
export interface SealState {
  /** Null before the first seal. */
  last: { number: number; position: number; sealedAt: string; keyId: string; eventAt: string | null } | null;
  /** Number of events without a seal, counted up to a limit. */
  unsealed: number;
}

/** Converts a row of `audit_seal` to a seal. */
export function toSeal(row: any): Seal {
  return {
    tenantId: row.tenant_id,
    number: Number(row.number),
    fromPosition: Number(row.from_position),
    toPosition: Number(row.to_position),
    format: row.format,
    entries: row.entries,
    root: row.root,
    prev: row.prev,
    mac: row.mac,
    keyId: row.key_id,
    sealedAt: row.sealed_at,
  };
}

/** Selects events of the feed with a format's columns: alias `f` of `feed`, `e` of `record_event`. */
export const sealableEvents = (format: number) =>
  `select f.position::text, f.event_id, ${leafExpression(format)} as columns
     from feed f left join record_event e on e.tenant_id = f.tenant_id and e.id = f.event_id`;

/** Converts a row of {@link sealableEvents}. */
export function toSealable(row: any): SealableEvent {
  return { position: Number(row.position), eventId: row.event_id, columns: row.columns };
}

/** The table `audit_seal`, and the feed as far as sealing needs it. */
@Injectable()
export class SealsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** The database where the keys of seals are stored. */
  get keyStore(): Pick<PlatformPool, 'query'> {
    return this.platform;
  }

  /**
   * Returns tenants whose feed has grown since their last seal, or whose last seal is so recent that it may not be
   * anchored yet.
   */
  async tenantsToSeal(): Promise<string[]> {
    const { rows } = await this.platform.query(
      `select h.tenant_id from feed_head h left join lateral (
         select to_position, sealed_at from audit_seal s where s.tenant_id = h.tenant_id order by number desc limit 1) s on true
       where h.position > coalesce(s.to_position, 0) or s.sealed_at > now() - interval '1 day'
       order by h.tenant_id`,
    );
    return rows.map((row) => row.tenant_id);
  }

  /** Returns the last seal and locks the tenant's sealing until the unit of work ends. */
  async lockLast(uow: UnitOfWork): Promise<Seal | undefined> {
    const [, rows] = await uow.together([
      {
        text: `select pg_advisory_xact_lock(hashtext('audit_seal'), hashtext($1::text))`,
        values: [uow.tenantId],
      },
      // Qualified: a plain `number` would be the text that is selected, and 9 comes after 10 as text.
      { text: `select ${SEAL_COLUMNS} from audit_seal s order by s.number desc limit 1` },
    ]);
    return rows![0] && toSeal(rows![0]);
  }

  /** Returns events after the position, in order of the feed. */
  async eventsAfter(
    uow: UnitOfWork,
    position: number,
    format: number,
    limit: number,
  ): Promise<SealableEvent[]> {
    const rows = await uow.run({
      text: `${sealableEvents(format)} where f.tenant_id = ${averageTenant('$1')} and f.position > $2 order by f.position limit $3`,
      values: [uow.tenantId, position, limit],
    });
    return rows.map(toSealable);
  }

  async insert(uow: UnitOfWork, seal: Seal): Promise<void> {
    await uow.run({
      text: `insert into audit_seal (tenant_id, number, from_position, to_position, format, entries, root, prev, mac, key_id, sealed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [
        uow.tenantId,
        seal.number,
        seal.fromPosition,
        seal.toPosition,
        seal.format,
        seal.entries,
        seal.root,
        seal.prev,
        seal.mac,
        seal.keyId,
        seal.sealedAt,
      ],
    });
  }

  /** Returns the last position that a seal covers; 0 if there is no seal with this number. */
  async endOf(tenantId: string, number: number): Promise<number> {
    const { rows } = await this.platform.query(
      'select to_position::text as position from audit_seal where tenant_id = $1 and number = $2',
      [tenantId, number],
    );
    return Number(rows[0]?.position ?? 0);
  }

  /**
   * Returns the age in seconds of the oldest event of any tenant that no seal covers, in the feed or the outbox; 0 if
   * there is none.
   */
  async oldestUnsealedSeconds(): Promise<number> {
    const { rows } = await this.platform.query(
      `select coalesce(extract(epoch from now() - least(
           (select created_at from event_outbox order by id limit 1),
           (select min(coalesce(e.at, next.placed_at)) from feed_head h
              left join lateral (
                select to_position from audit_seal s where s.tenant_id = h.tenant_id order by number desc limit 1) s on true
              cross join lateral (
                select f.event_id, f.placed_at from feed f
                 where f.tenant_id = h.tenant_id and f.position > coalesce(s.to_position, 0) order by f.position limit 1) next
              left join record_event e on e.tenant_id = h.tenant_id and e.id = next.event_id
             where h.position > coalesce(s.to_position, 0)))), 0)::float8 as seconds`,
    );
    // An event's own clock may be slightly ahead.
    return Math.max(0, rows[0].seconds);
  }

  /** Returns how far the context's tenant is sealed. @param countUpTo maximum number of unsealed events to count */
  async state(countUpTo: number): Promise<SealState> {
    const { rows } = await this.pool.query({
      text: `with last as (
               select number, to_position, sealed_at, key_id from audit_seal order by number desc limit 1)
             select l.number::text, l.to_position::text, l.key_id,
                    to_char(l.sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as sealed_at,
                    (select to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from feed f
                       join record_event e on e.tenant_id = f.tenant_id and e.id = f.event_id
                      where f.position = l.to_position) as event_at,
                    (select count(*) from (select 1 from feed where position > coalesce(l.to_position, 0) limit $1) waiting)::int as unsealed
               from (select 1) one left join last l on true`,
      values: [countUpTo],
    });
    const row = rows[0];
    return {
      last: row.number
        ? {
            number: Number(row.number),
            position: Number(row.to_position),
            sealedAt: row.sealed_at,
            keyId: row.key_id,
            eventAt: row.event_at,
          }
        : null,
      unsealed: row.unsealed,
    };
  }
}
