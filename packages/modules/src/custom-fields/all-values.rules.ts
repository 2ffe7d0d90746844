import type { TenantSnapshot } from '@pellucid/platform/access';
import type { RecordAccess } from '@pellucid/platform/records';

/**
 * Whether the caller reads all records of an object, and a field in clear in all of them. Counts, progress and outcome of work on
 * every record would otherwise tell what they don't see.
 */
export function seesAllValues(
  access: RecordAccess,
  object: string,
  key: string,
  snapshot: TenantSnapshot,
): boolean {
  return readsAllRecords(access, object, snapshot) && access.rules(object, snapshot).canFilter(key);
}

/** Whether the caller reads all records of an object, so that their number is no secret. */
export function readsAllRecords(access: RecordAccess, object: string, snapshot: TenantSnapshot): boolean {
  const { allowed, scope } = access.decide(object, 'read', snapshot);
  return allowed && !scope;
}
