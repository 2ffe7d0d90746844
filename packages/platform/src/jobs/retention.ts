import type { PlatformPool } from '../db/index.js';

/** How long a request can be repeated with its Idempotency-Key; the API's document says so. */
export const IDEMPOTENCY_KEPT_HOURS = 24;
const DONE_JOBS_KEPT_DAYS = 30;
const PURGE_BATCH = 5_000;

/** Forgets the answers to Idempotency-Keys that are past their time, in all tenants. @returns how many */
export function purgeIdempotency(platform: PlatformPool): Promise<number> {
  return purge(platform, 'idempotency', `created_at < now() - interval '${IDEMPOTENCY_KEPT_HOURS} hours'`);
}

/** Removes jobs that ended well or were cancelled long ago, in all tenants; dead letters stay. @returns how many */
export function purgeJobs(platform: PlatformPool): Promise<number> {
  return purge(
    platform,
    'job',
    `state in ('done', 'cancelled') and finished_at < now() - interval '${DONE_JOBS_KEPT_DAYS} days'`,
  );
}

/** Deletes in batches, so that no lock is held for long. */
async function purge(platform: PlatformPool, table: string, condition: string): Promise<number> {
  const batch = `delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${PURGE_BATCH}))`;
  for (let removed = 0; ; ) {
    const { rowCount } = await platform.query(batch);
    removed += rowCount ?? 0;
    if (rowCount !== PURGE_BATCH) return removed;
  }
}
