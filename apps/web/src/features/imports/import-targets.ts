import {
  type FieldDescription,
  mayCreate,
  mayUpdate,
  type ObjectDescription,
} from '@/records/object-description';

/** Kept where a file has them: when and by whom a record was made. The API knows them for every object. */
const ORIGIN: { key: string; type: FieldDescription['type']; references?: string }[] = [
  { key: 'createdAt', type: 'datetime' },
  { key: 'createdBy', type: 'reference', references: 'member' },
];

const MATCH_TYPES = new Set([
  'text',
  'email',
  'phone',
  'url',
  'number',
  'money',
  'date',
  'select',
  'reference',
]);

export function isImportable(object: ObjectDescription): boolean {
  const mayImport = object.permissions?.['import'] !== false;
  return mayImport && (mayCreate(object) || mayUpdate(object)) && object.fields.some(isTarget);
}

function isTarget(field: FieldDescription): boolean {
  return field.importable !== false && !field.readOnly;
}

/**
 * Fields a column may fill.
 * @param labels what to call the two fields of origin
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

export function isOrigin(key: string): boolean {
  return ORIGIN.some((field) => field.key === key);
}

/** Whether a field can tell which record a row is about. */
export function isMatchKey(field: FieldDescription): boolean {
  if (field.key === 'externalId') return true;
  return (
    field.filterable !== false && MATCH_TYPES.has(field.type) && !isOrigin(field.key) && field.key !== 'tags'
  );
}

/** Fields by which records of an object can be looked up when a file names them. */
export function lookupKeys(object: ObjectDescription): string[] {
  const keys = object.fields
    .filter((field) => field.filterable !== false && ['text', 'email'].includes(field.type))
    .map(({ key }) => key);
  return [...new Set(['name', ...keys, 'externalId'])];
}
