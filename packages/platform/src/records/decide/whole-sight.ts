import type { TenantSnapshot } from '../../access/index.js';
import { allFieldsOf, type RecordDescriptor } from '../describe/index.js';
import type { FieldAccess } from './access-policy.js';

/**
 * Whether the actor reads all records of the objects and sees all of their values in clear. It decides about what is made of
 * records without being one, such as rows of files and reasons of failures: neither scopes nor masks can be applied to that.
 */
export function seesAllOf(
  objects: readonly RecordDescriptor[],
  access: FieldAccess,
  snapshot: TenantSnapshot,
): boolean {
  return objects.every((descriptor) => {
    const { allowed, scope, rules } = access.decide(descriptor.key, 'read', snapshot);
    const isClear = rules.allClear || allFieldsOf(descriptor).every((f) => rules.read(f.key) === 'clear');
    return allowed && !scope && isClear;
  });
}
