import type { PlatformPool } from '../db/index.js';
import { NO_TENANT } from './consumer-birth.js';

/** Reads the feed by position without being a consumer. */
export interface FeedReader {
  name: string;
  /** The position up to which it needs the tenant's feed no more. */
  readTo(tenantId: string): Promise<number>;
}

/** A consumer no worker has known for so long is not coming back: its cursors hold nothing. */
const KNOWN_FOR = `interval '30 days'`;
const PURGE_BATCH = 5_000;

/** Tenants whose oldest place is past its time, with the position up to which every consumer has handled their feed. */
const CANDIDATES = `
select h.tenant_id as "tenantId",
       least(h.position - 1,
             (select min(coalesce(c.position, 0)) from consumer_cursor k
                left join consumer_cursor c on c.tenant_id = h.tenant_id and c.consumer = k.consumer
               where k.tenant_id = $1 and k.updated_at > now() - ${KNOWN_FOR}))::float8 as "upTo"
  from feed_head h
 cross join lateral (select placed_at from feed f where f.tenant_id = h.tenant_id order by position limit 1) oldest
 where oldest.placed_at < now() - $2 * interval '1 day'
 order by h.tenant_id`;

/* The head remembers how far it went, so that whoever checks the log knows these places from places that were removed. */
const PURGE = `
with first as (
  select position, placed_at from feed where tenant_id = $1 and position <= $2 order by position limit ${PURGE_BATCH}
), gone as (
  delete from feed f using first
   where f.tenant_id = $1 and f.position = first.position and first.placed_at < now() - $3 * interval '1 day'
  returning f.position
)
update feed_head set purged_to = greatest(purged_to, (select max(position) from gone))
 where tenant_id = $1 and exists (select 1 from gone)
returning (select count(*) from gone)::int as gone`;

/**
 * Takes old places out of the feeds. The events stay in the log; only their order of commit is forgotten, once every
 * consumer and every other reader is past it. The newest place of a feed stays in any case.
 */
export class FeedRetention {
  private readonly readers: FeedReader[] = [];

  constructor(private readonly platform: PlatformPool) {}

  /** Keeps what this reader still has to read. Call it before the application has started. */
  register(reader: FeedReader): void {
    this.readers.push(reader);
  }

  /**
   * Removes places older than so many days, in all tenants.
   * @param days 0 keeps all
   * @returns how many
   */
  async purge(days: number): Promise<number> {
    if (days === 0) return 0;
    const { rows } = await this.platform.query<{ tenantId: string; upTo: number }>(CANDIDATES, [
      NO_TENANT,
      days,
    ]);
    let removed = 0;
    for (const { tenantId, upTo } of rows) {
      const read = await Promise.all(this.readers.map((reader) => reader.readTo(tenantId)));
      removed += await this.purgeTenant(tenantId, Math.min(upTo, ...read), days);
    }
    return removed;
  }

  private async purgeTenant(tenantId: string, upTo: number, days: number): Promise<number> {
    for (let removed = 0; ; ) {
      const { rows } = await this.platform.query<{ gone: number }>(PURGE, [tenantId, upTo, days]);
      const gone = rows[0]?.gone ?? 0;
      removed += gone;
      if (gone < PURGE_BATCH) return removed;
    }
  }
}
