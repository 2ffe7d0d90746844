import { UnreadText } from '@/lib/typed/unread-text';
import { type FieldDescription, isReference } from '../object-description';

/**
 * In: a value as inputs hold it. Out: the value in the API's form: IDs for references, null for empty. Throws for
 * unread texts.
 */
export function toWireValue(field: FieldDescription, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return field.type === 'multiSelect' ? [] : null;
  if (field.type === 'reference') return isReference(value) ? value.id : value;
  if (field.type === 'multiSelect') {
    return (value as unknown[]).map((item) => (isReference(item) ? item.id : item));
  }
  // Money stays a decimal string, because a float would lose digits.
  if (field.type === 'money') return String(value);
  if (value instanceof UnreadText) return value.toJSON();
  return value;
}

/** Whether two values of a field are the same to the API. */
export function isSameValue(field: FieldDescription, a: unknown, b: unknown): boolean {
  // An unread text counts as a change and can't be compared as a value.
  if (a instanceof UnreadText || b instanceof UnreadText) return a === b;
  return JSON.stringify(toWireValue(field, a)) === JSON.stringify(toWireValue(field, b));
}
