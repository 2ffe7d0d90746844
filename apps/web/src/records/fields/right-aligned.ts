import { FIELD_TYPES } from '@pellucid/conditions';
import type { FieldDescription } from '../object-description';

/** Whether this field's column is right-aligned, like figures. */
export function isRightAligned({ type }: FieldDescription): boolean {
  return FIELD_TYPES[type].family === 'decimal';
}
