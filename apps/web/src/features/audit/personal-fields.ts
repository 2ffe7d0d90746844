import type { FieldDescription, ObjectDescription } from '@/records/object-description';

const PERSONAL = new Set(['personal', 'sensitive', 'secret']);

/** Fields of people, by the class the description gives them. */
export function personalFields(object: ObjectDescription): FieldDescription[] {
  return object.fields.filter((field) => PERSONAL.has((field as { pii?: string }).pii ?? ''));
}

export function hasPersonalFields(object: ObjectDescription): boolean {
  return personalFields(object).length > 0;
}
