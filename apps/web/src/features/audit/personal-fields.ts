import type { FieldDescription, ObjectDescription } from '@/records/object-description';

const PERSONAL = new Set(['personal', 'sensitive', 'secret']);

/** Personal fields, by the class in their description. */
export function personalFields(object: ObjectDescription): FieldDescription[] {
  return object.fields.filter((field) => PERSONAL.has((field as { pii?: string }).pii ?? ''));
}

export function hasPersonalFields(object: ObjectDescription): boolean {
  return personalFields(object).length > 0;
}
