import { requireTenant } from '@pellucid/platform/context';

/**
 * Pipelines of a tenant are changed one at a time, so that rules about all of them also hold under concurrency. Returns the
 * statement that waits for the others; it must be the first of those that read pipelines or stages.
 */
export const pipelinesLock = () => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`pipelines:${requireTenant()}`],
});
