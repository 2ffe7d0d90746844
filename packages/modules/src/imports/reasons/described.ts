import type { TenantSnapshot } from '@pellucid/platform/access';
import type { RecordRegistry } from '@pellucid/platform/records';
import type { Described } from './reason-message.js';

/** Returns the tenant's descriptions of objects, in the language of the context. */
export function describedFor(registry: RecordRegistry, snapshot: TenantSnapshot): Described {
  return (object) => (registry.has(object, snapshot) ? registry.forTenant(object, snapshot) : undefined);
}
