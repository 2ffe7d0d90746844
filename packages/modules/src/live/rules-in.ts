import type { Subject, TenantSnapshot } from '@pellucid/platform/access';
import {
  type FieldAccess,
  type FieldRules,
  type ObjectAccess,
  type StoredView,
  viewFor,
} from '@pellucid/platform/records';

/** Returns the field rules under which a subject who may read some records of an object sees this one; null if they don't. */
export function rulesIn(
  fieldAccess: FieldAccess,
  access: ObjectAccess,
  stored: StoredView,
  subject: Subject,
  snapshot: TenantSnapshot,
): FieldRules | null {
  if (!access.allowed) return null;
  if (!access.scope && !access.profiles) return access.rules;
  const view = viewFor(fieldAccess, stored, subject, snapshot);
  if (access.scope && !fieldAccess.admits(access, view, snapshot)) return null;
  return access.rulesFor(fieldAccess.bitsOf(access, view, snapshot));
}
