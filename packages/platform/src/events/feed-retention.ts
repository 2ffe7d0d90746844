import type { PlatformPool } from '../db/index.js';
import { NO_TENANT } from './consumer-birth.js';

/** Reads the feed by position without being a consumer. */
export interface FeedReader {
  name: string;
  /** Returns the position up to which it has read the tenant's feed and no longer needs it. */
  readTo(tenantId: string): Promise<number>;
}

/** A consumer that no worker has registered for this long is retired: its cursors no longer hold anything back. */
const KNOWN_FOR = `interval '30 days'`;
const PURGE_BATCH = 5_000;

/**
 * Selects tenants whose oldest position has expired, with the position up to which every consumer has handled their
 * feed.
 */
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

/*
 * The feed's head stores the highest removed position, so that a check of the log can tell removed positions from
 * missing ones.
 */
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
 * Removes old positions from the feeds once every consumer and every other reader is past them. The events stay in the
 * log; only their order of commit is lost. The newest position of a feed always stays.
 */
export class FeedRetention {
  private readonly readers: FeedReader[] = [];

  constructor(private readonly platform: PlatformPool) {}

  /** Keeps positions until this reader has read them. Call it before the application starts. */
  register(reader: FeedReader): void {
    this.readers.push(reader);
  }

  /**
   * Removes positions older than the given number of days, in all tenants.
   * @param days 0 removes nothing
   * @returns how many it removed
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
