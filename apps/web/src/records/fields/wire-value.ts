import { FIELD_TYPES, isSet } from '@pellucid/conditions';
import { compare } from '@pellucid/conditions/decimal';
import { UnreadText } from '@/lib/typed/unread-text';
import { type FieldDescription, isLinkedRecord, isReference } from '../object-description';

/** A reference without its name, which the API looks up. */
function bare(value: unknown): unknown {
  if (isLinkedRecord(value)) {
    const { object, id, role } = value;
    return { object, id, ...(role ? { role } : {}) };
  }
  return isReference(value) ? value.id : value;
}

/**
 * In: a value as inputs hold it. Out: the value in the API's form: IDs for references, objects with IDs for links, null for empty. Throws for
 * unread texts.
 */
export function toWireValue(field: FieldDescription, value: unknown): unknown {
  const { family, isAmount } = FIELD_TYPES[field.type];
  const isList = isSet(family);
  if (value === undefined || value === null || value === '') return isList ? [] : null;
  if (value instanceof UnreadText) return value.toJSON();
  if (isList) return (value as unknown[]).map(bare);
  return isAmount ? String(value) : bare(value);
}

/** Whether two values of a field are the same to the API. */
export function isSameValue(field: FieldDescription, a: unknown, b: unknown): boolean {
  // An unread text counts as a change and can't be compared as a value.
  if (a instanceof UnreadText || b instanceof UnreadText) return a === b;
  const [one, other] = [toWireValue(field, a), toWireValue(field, b)];
  // "12.50" is 12.5.
  if (FIELD_TYPES[field.type].family === 'decimal' && one !== null && other !== null)
    return compare(String(one), String(other)) === 0;
  return JSON.stringify(one) === JSON.stringify(other);
}
