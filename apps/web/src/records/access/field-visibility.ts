/**
 * What of a record was withheld from this person. The API says so in `meta.access`, since a value that is
 * null may be empty or not theirs to see.
 */
import type { RecordRights } from '../api/record-rights';
import {
  type FieldDescription,
  isReference,
  type ObjectDescription,
  type RecordData,
} from '../object-description';

export type FieldVisibility = 'clear' | 'mask' | 'hidden';
/** Field key to visibility; what is not named is in clear. */
export type AccessNotes = Record<string, FieldVisibility>;

/** In: an answer of the API, a record or a list. Out: what it says was withheld. */
export function accessNotesOf(answer: object | undefined): AccessNotes {
  const { meta } = (answer ?? {}) as { meta?: unknown };
  if (typeof meta !== 'object' || meta === null || !('access' in meta)) return {};
  return (meta.access ?? {}) as AccessNotes;
}

export function visibilityOf(record: Record<string, unknown> | undefined, key: string): FieldVisibility {
  return accessNotesOf(record)[key] ?? 'clear';
}

/** A record of a list with everything that was withheld of it: what the list says of all, and its own exceptions. */
export function withListNotes(record: RecordData, list: AccessNotes): RecordData {
  const notes = Object.entries({ ...list, ...accessNotesOf(record) }).filter(([, seen]) => seen !== 'clear');
  const { meta: _, ...rest } = record;
  return notes.length
    ? { ...rest, id: record.id, version: record.version, meta: { access: Object.fromEntries(notes) } }
    : record;
}

/** A reference that is set, to a record this person may not see. */
export function isUnnamed(value: unknown): boolean {
  return isReference(value) && !value.name;
}

/**
 * Whether this person may give the field of this record another value: by their rights to its fields where these
 * are told, else by the description. A reference to something they may not see can be replaced; a masked value
 * cannot, since nobody should overwrite what they have not read.
 */
export function isWritable(
  field: FieldDescription,
  record: RecordData | undefined,
  value: unknown,
  rights?: RecordRights['fields'],
): boolean {
  if (field.readOnly || (rights && rights[field.key] !== 'edit')) return false;
  return visibilityOf(record, field.key) === 'clear' || isUnnamed(value);
}

/** "annualRevenue" → "Annual revenue": how a field is called whose description is withheld with its value. */
export function labelFromKey(key: string): string {
  const words = key.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Fields of the record whose values are hidden. Their descriptions are withheld too: they have no more than a name. */
export function hiddenFields(object: ObjectDescription, record: RecordData): FieldDescription[] {
  return Object.entries(accessNotesOf(record))
    .filter(([, seen]) => seen === 'hidden')
    .map(
      ([key]) =>
        object.fields.find((field) => field.key === key) ?? {
          key,
          label: labelFromKey(key),
          type: 'text',
          required: false,
          readOnly: true,
          filterable: false,
          sortable: false,
        },
    );
}
