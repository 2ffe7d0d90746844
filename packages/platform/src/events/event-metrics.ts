import type { PlatformPool } from '../db/index.js';
import type { Metrics } from '../observability/index.js';
import { NO_TENANT } from './consumer-birth.js';
import { strayEvents } from './partitions.js';

/** How far a consumer lags behind, over all tenants. */
export interface ConsumerLag {
  consumer: string;
  positions: number;
  /** Age in seconds of the oldest event that it has not handled. */
  seconds: number;
}

/** Consumers that no worker has registered for this long are retired, not late. */
const KNOWN_FOR = `interval '3 days'`;

/** Returns the lag of each consumer that a worker has registered recently. */
export async function consumerLag(platform: PlatformPool): Promise<ConsumerLag[]> {
  const { rows } = await platform.query<ConsumerLag>(
    `select k.consumer, coalesce(sum(behind.positions), 0)::float8 as positions,
            coalesce(extract(epoch from now() - min(behind.since)), 0)::float8 as seconds
     from consumer_cursor k
     left join lateral (
       select h.position - coalesce(cc.position, 0) as positions,
              (select f.placed_at from feed f where f.tenant_id = h.tenant_id and f.position > coalesce(cc.position, 0)
               order by f.position limit 1) as since
       from feed_head h
       left join consumer_cursor cc on cc.tenant_id = h.tenant_id and cc.consumer = k.consumer
       where coalesce(cc.position, 0) < h.position) behind on true
     where k.tenant_id = $1 and k.updated_at > now() - ${KNOWN_FOR}
     group by k.consumer`,
    [NO_TENANT],
  );
  return rows;
}

/** Registers gauges for lag, outbox depth and stray events, which are read at each scrape. */
export function registerEventMetrics(metrics: Metrics, platform: PlatformPool): void {
  let lag: Promise<ConsumerLag[]> | null = null;
  // Both gauges of a scrape share one query.
  const sharedLag = () => {
    lag ??= consumerLag(platform).finally(() => setImmediate(() => (lag = null)));
    return lag;
  };
  metrics.gauge({
    name: 'pellucid_feed_lag_positions',
    help: 'Events a consumer has not handled yet, over all tenants',
    labels: ['consumer'],
    read: async () =>
      (await sharedLag()).map(({ consumer, positions }) => ({ labels: { consumer }, value: positions })),
  });
  metrics.gauge({
    name: 'pellucid_feed_lag_seconds',
    help: 'Age of the oldest event a consumer has not handled yet',
    labels: ['consumer'],
    read: async () =>
      (await sharedLag()).map(({ consumer, seconds }) => ({ labels: { consumer }, value: seconds })),
  });
  metrics.gauge({
    name: 'pellucid_outbox_rows',
    help: 'Writes whose events have no place in the feed yet, counted up to 10,000',
    read: async () => {
      const { rows } = await platform.query(
        'select count(*)::int as depth from (select 1 from event_outbox limit 10000) waiting',
      );
      return [{ value: rows[0].depth }];
    },
  });
  metrics.gauge({
    name: 'pellucid_event_partition_strays',
    help: 'Events outside of all monthly partitions: make partitions when this is above zero',
    read: async () => [{ value: await strayEvents(platform) }],
  });
}
