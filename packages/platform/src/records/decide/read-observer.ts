import { isPersonal } from './personal-fields.js';
import type { TenantSnapshot } from '../../access/index.js';
import { type FieldRules, UNLIMITED } from './access-policy.js';
import type { FieldDescriptor } from '../describe/index.js';

/** Personal fields that somebody was shown, by how they were shown. */
export interface PersonalFields {
  clear: string[];
  masked: string[];
}

/** Records whose personal fields somebody was shown. */
export interface Sight extends PersonalFields {
  object: string;
  recordIds: string[];
}

/** Is notified of what was shown to whom. Called while a response is built, so it must neither wait nor throw. */
export interface ReadObserver {
  saw(sight: Sight): void;
}

/** DI token of the optional {@link ReadObserver}. */
export const READ_OBSERVER = Symbol('ReadObserver');

const known = new WeakMap<FieldRules, WeakMap<readonly FieldDescriptor[], PersonalFields | null>>();

/**
 * Returns which of the fields are personal and shown by the rules; null when there are none, or when the product itself
 * reads. Computed once per rules and list of fields.
 */
export function personalFields(
  object: string,
  fields: readonly FieldDescriptor[],
  rules: FieldRules,
  snapshot: TenantSnapshot,
): PersonalFields | null {
  if (rules === UNLIMITED.rules) return null;
  let byFields = known.get(rules);
  if (!byFields) {
    byFields = new WeakMap();
    known.set(rules, byFields);
  }
  let found = byFields.get(fields);
  if (found === undefined) {
    const keys = (visibility: string) =>
      fields
        .filter((f) => rules.read(f.key) === visibility && isPersonal(object, f, snapshot))
        .map((f) => f.key);
    const shown = { clear: keys('clear'), masked: keys('mask') };
    found = shown.clear.length || shown.masked.length ? shown : null;
    byFields.set(fields, found);
  }
  return found;
}
