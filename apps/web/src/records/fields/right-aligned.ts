import type { FieldDescription } from '../object-description';

/** Whether a column of this field stands at the right, as figures do. */
export function isRightAligned(field: FieldDescription): boolean {
  return field.type === 'number' || field.type === 'money';
}
