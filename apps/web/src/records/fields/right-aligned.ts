import type { FieldDescription } from '../object-description';

/** Whether this field's column is right-aligned, like figures. */
export function isRightAligned(field: FieldDescription): boolean {
  return field.type === 'number' || field.type === 'money';
}
