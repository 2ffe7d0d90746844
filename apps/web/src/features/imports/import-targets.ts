import { FIELD_TYPES, isMatchable } from '@pellucid/conditions';
import {
  type FieldDescription,
  type LinesDescription,
  type ObjectDescription,
  PEOPLE,
} from '@/records/object-description';
import { isTarget } from './importable';

/** Creation time and author, taken from the file if it has them. The API accepts them for every object. */
const ORIGIN: { key: string; type: FieldDescription['type']; references?: string }[] = [
  { key: 'createdAt', type: 'datetime' },
  { key: 'createdBy', type: 'reference', references: PEOPLE },
];

/** The ID that a record has here: rows of an exported file find their records by it. It can't be changed. */
export const RECORD_ID = 'id';

/** The member of a line by which an existing one is recognised. */
const LINE_ID = 'id';

/**
 * Fields that a column may fill, those of lines last.
 * @param labels labels of the two fields about a record's origin, and of the IDs of records and lines: see `useTargetLabels`
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
  const id: FieldDescription = {
    key: RECORD_ID,
    type: 'text',
    label: labels['recordId'] ?? RECORD_ID,
    required: false,
    readOnly: false,
  };
  return [...fields, id, ...origin, ...fillableLines(object).flatMap((lines) => lineTargets(lines, labels))];
}

/** Lines whose fields a column may fill. */
function fillableLines({ lines = [] }: ObjectDescription): LinesDescription[] {
  return lines.filter(({ readOnly, fields }) => !readOnly && fields.some(isTarget));
}

function lineTargets(
  { key, label, fields }: LinesDescription,
  labels: Record<string, string>,
): FieldDescription[] {
  const id = { key: `${key}.${LINE_ID}`, type: 'text', label: labels['lineId'] ?? LINE_ID } as const;
  return [...fields.filter(isTarget), { ...id, required: false, readOnly: false }].map((field) => ({
    ...field,
    // No record is matched by a line.
    filterable: false,
    label: `${label} › ${field.label}`,
    section: label,
  }));
}

/** The lines of which some of the fields are filled. */
export function filledLines(object: ObjectDescription, keys: string[]): LinesDescription[] {
  return fillableLines(object).filter(({ key }) => keys.some((filled) => filled.startsWith(`${key}.`)));
}

/** The filled fields by which rows can be matched with lines: those that the user sees in every record. */
export function lineMatchKeys({ fields }: LinesDescription, keys: string[]): FieldDescription[] {
  return fields.filter(
    ({ key, type, access, varies }) =>
      keys.includes(key) && isMatchable(type) && access !== 'mask' && varies !== true,
  );
}

/** Whether it is the key of a record's original creation time or author. */
export function isOrigin(key: string): boolean {
  return ORIGIN.some((field) => field.key === key);
}

/** Whether a field can identify the record of a row. */
export function isMatchKey(field: FieldDescription): boolean {
  if (field.key === 'externalId' || field.key === RECORD_ID) return true;
  return (
    field.filterable !== false && isMatchable(field.type) && !isOrigin(field.key) && field.key !== 'tags'
  );
}

/** Fields by which records of an object can be looked up by values in a file. */
export function lookupKeys(object: ObjectDescription): string[] {
  const keys = object.fields
    .filter((field) => field.filterable !== false && FIELD_TYPES[field.type].isLookupKey)
    .map(({ key }) => key);
  return [...new Set(['name', ...keys, 'externalId', RECORD_ID])];
}
