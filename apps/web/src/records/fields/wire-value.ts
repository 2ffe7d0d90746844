import { UnreadText } from '@/lib/typed/unread-text';
import { type FieldDescription, isReference } from '../object-description';

/** In: a value as inputs hold it. Out: as the API takes it: ids for references, null for nothing. Throws for unread texts. */
export function toWireValue(field: FieldDescription, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return field.type === 'multiSelect' ? [] : null;
  if (field.type === 'reference') return isReference(value) ? value.id : value;
  if (field.type === 'multiSelect') {
    return (value as unknown[]).map((item) => (isReference(item) ? item.id : item));
  }
  // Money stays a decimal string; a float would lose its last digits.
  if (field.type === 'money') return String(value);
  if (value instanceof UnreadText) return value.toJSON();
  return value;
}

/** Whether two values of a field are the same to the API. */
export function isSameValue(field: FieldDescription, a: unknown, b: unknown): boolean {
  // A text that is not understood is a change, and not a value to compare.
  if (a instanceof UnreadText || b instanceof UnreadText) return a === b;
  return JSON.stringify(toWireValue(field, a)) === JSON.stringify(toWireValue(field, b));
}
