import { FIELD_TYPES, type FieldType } from '@pellucid/conditions';
import { WEB_FIELD_TYPES } from '../field-types';
import type { Widget } from '../field-types/web-field-type';

/** The input for a field's values. */
export function widgetOf({ type }: { type: FieldType }): Widget {
  return WEB_FIELD_TYPES[type].widget ?? FIELD_TYPES[type].family;
}
