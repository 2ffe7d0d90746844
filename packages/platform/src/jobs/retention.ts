import type { PlatformPool } from '../db/index.js';

/** Hours for which a request can be repeated with its Idempotency-Key; the API document states it. */
export const IDEMPOTENCY_KEPT_HOURS = 24;
const DONE_JOBS_KEPT_DAYS = 30;
/** A year of daily usage, plus the days needed to compare a month with the same month of the previous year. */
const KEY_USAGE_KEPT_DAYS = 400;
const PURGE_BATCH = 5_000;

/** Deletes the stored responses of expired Idempotency-Keys, in all tenants. @returns how many */
export function purgeIdempotency(platform: PlatformPool): Promise<number> {
  return purge(platform, 'idempotency', `created_at < now() - interval '${IDEMPOTENCY_KEPT_HOURS} hours'`);
}

/** Deletes jobs that completed or were cancelled long ago, in all tenants; dead letters stay. @returns how many */
export function purgeJobs(platform: PlatformPool): Promise<number> {
  return purge(
    platform,
    'job',
    `state in ('done', 'cancelled') and finished_at < now() - interval '${DONE_JOBS_KEPT_DAYS} days'`,
  );
}

/**
 * Deletes the usage counts of API keys for days long past, in all tenants. Each key's latest day stays, since it says
 * when the key was last used.
 * @returns how many
 */
export function purgeKeyUsage(platform: PlatformPool): Promise<number> {
  return purge(
    platform,
    'api_key_usage',
    `day < (now() at time zone 'UTC')::date - ${KEY_USAGE_KEPT_DAYS}
       and exists (select 1 from api_key_usage later where later.tenant_id = api_key_usage.tenant_id
                    and later.api_key_id = api_key_usage.api_key_id and later.day > api_key_usage.day)`,
  );
}

/** Deletes in batches, so that no lock is held for long. @returns how many rows it deleted */
async function purge(platform: PlatformPool, table: string, condition: string): Promise<number> {
  const batch = `delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${PURGE_BATCH}))`;
  for (let removed = 0; ; ) {
    const { rowCount } = await platform.query(batch);
    removed += rowCount ?? 0;
    if (rowCount !== PURGE_BATCH) return removed;
  }
}
