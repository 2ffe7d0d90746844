import { FIELD_TYPES, isMatchable } from '@pellucid/conditions';
import { type FieldDescription, type ObjectDescription, PEOPLE } from '@/records/object-description';
import { isTarget } from './importable';

/** Creation time and author, taken from the file if it has them. The API accepts them for every object. */
const ORIGIN: { key: string; type: FieldDescription['type']; references?: string }[] = [
  { key: 'createdAt', type: 'datetime' },
  { key: 'createdBy', type: 'reference', references: PEOPLE },
];

/**
 * Fields that a column may fill.
 * @param labels labels of the two fields about a record's origin
 */
export function importTargets(
  object: ObjectDescription,
  labels: Record<string, string> = {},
): FieldDescription[] {
  const fields = object.fields.filter(isTarget);
  const origin = ORIGIN.filter(({ key }) => !fields.some((field) => field.key === key)).map(
    (field): FieldDescription => ({
      ...field,
      label: labels[field.key] ?? field.key,
      required: false,
      readOnly: false,
    }),
  );
  return [...fields, ...origin];
}

/** Whether it is the key of a record's original creation time or author. */
export function isOrigin(key: string): boolean {
  return ORIGIN.some((field) => field.key === key);
}

/** Whether a field can identify the record of a row. */
export function isMatchKey(field: FieldDescription): boolean {
  if (field.key === 'externalId') return true;
  return (
    field.filterable !== false && isMatchable(field.type) && !isOrigin(field.key) && field.key !== 'tags'
  );
}

/** Fields by which records of an object can be looked up by values in a file. */
export function lookupKeys(object: ObjectDescription): string[] {
  const keys = object.fields
    .filter((field) => field.filterable !== false && FIELD_TYPES[field.type].isLookupKey)
    .map(({ key }) => key);
  return [...new Set(['name', ...keys, 'externalId'])];
}
