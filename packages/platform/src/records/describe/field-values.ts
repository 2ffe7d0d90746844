/** What can be said about a value of a field, whatever its type. */
import { isBlankText, normalizeText } from '@pellucid/conditions';
import type { FieldDescriptor } from './descriptor.js';

/** Returns the value of a record that has none: null, or an empty list. */
export function emptyOf(field: FieldDescriptor): null | [] {
  return field.traits.isList ? [] : null;
}

/** Whether a value given for the field is blank. Texts of several lines are kept as they are, so only '' is blank. */
export function isBlankValue(value: unknown, field: FieldDescriptor): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' && !field.traits.isMultiline && isBlankText(value);
}

/**
 * Returns the stored normalised form of a name or another plain text. For the value of a field, see {@link fieldNorm}.
 */
export function normOf(value: unknown): string | null {
  return value === null || value === undefined ? null : normalizeText(String(value));
}

/** Returns the form in which a value of the field is compared, as its `_norm` column holds it unless encrypted. */
export function fieldNorm(field: FieldDescriptor, value: unknown): string | null {
  return value === null || value === undefined ? null : field.form.norm(String(value));
}

/** Returns a value of the event log in API form. */
export function loggedValue(field: FieldDescriptor | undefined, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return field?.traits.codec.fromLog?.(value, field) ?? value;
}
