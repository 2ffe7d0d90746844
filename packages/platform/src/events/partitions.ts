import type { PlatformPool } from '../db/index.js';

const MONTHS_AHEAD = 3;

/** Creates the log's partitions for the coming months. @returns how many it created */
export async function ensurePartitions(platform: PlatformPool): Promise<number> {
  const { rows } = await platform.query('select ensure_event_partitions($1) as made', [MONTHS_AHEAD]);
  return rows[0].made;
}

/**
 * Counts the events outside of all monthly partitions, capped at 1,000. They are safe, but their month's partition can
 * no longer be created without moving them, so any number above zero should raise an alert.
 */
export async function strayEvents(platform: PlatformPool): Promise<number> {
  const { rows: bounds } = await platform.query(
    `select uuid_v7_floor(min(month)) as low, uuid_v7_floor(max(month) + interval '1 month') as high from (
       select to_date(right(c.relname, 7), 'YYYY_MM')::timestamp as month
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'record_event'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$') m`,
  );
  const { low, high } = bounds[0];
  if (low === null) return 0;
  const { rows } = await platform.query(
    `select (select count(*) from (select 1 from record_event where id >= $2 limit 1000) late)::int +
            (select count(*) from (select 1 from record_event where id < $1 limit 1000) early)::int as stray`,
    [low, high],
  );
  return Math.min(1_000, rows[0].stray);
}
