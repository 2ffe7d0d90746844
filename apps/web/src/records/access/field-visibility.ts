/**
 * What is withheld of a record from the user. The API reports it in `meta.access`, because a null value may be either
 * empty or withheld.
 */
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { RecordRights } from '../api/record-rights';
import {
  type FieldDescription,
  isReference,
  type ObjectDescription,
  type RecordData,
} from '../object-description';

export type FieldVisibility = 'clear' | 'mask' | 'hidden';
/** Visibility by field key. Fields not listed are unmasked. */
export type AccessNotes = Record<string, FieldVisibility>;

/** In: an answer of the API, a record or a list. Out: what it reports as withheld. */
export function accessNotesOf(answer: object | undefined): AccessNotes {
  const { meta } = (answer ?? {}) as { meta?: unknown };
  if (typeof meta !== 'object' || meta === null || !('access' in meta)) return {};
  return (meta.access ?? {}) as AccessNotes;
}

/** How the user sees a field of a record: unmasked, masked or hidden. */
export function visibilityOf(record: Record<string, unknown> | undefined, key: string): FieldVisibility {
  return accessNotesOf(record)[key] ?? 'clear';
}

/** A record of a list with everything withheld of it: the list's report for all records, and its own exceptions. */
export function withListNotes(record: RecordData, list: AccessNotes): RecordData {
  const notes = Object.entries({ ...list, ...accessNotesOf(record) }).filter(([, seen]) => seen !== 'clear');
  const { meta: _, ...rest } = record;
  return notes.length
    ? { ...rest, id: record.id, version: record.version, meta: { access: Object.fromEntries(notes) } }
    : record;
}

/** Whether it is a reference to a record that the user may not view. */
export function isUnnamed(value: unknown): boolean {
  return isReference(value) && !value.name;
}

/**
 * Whether the user may give this field of this record another value: by their rights to the record's fields if known,
 * else by the description. They may replace a reference to something they can't view, but not a masked value, because
 * nobody should overwrite what they haven't read.
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

/** "annualRevenue" → "Annual revenue": the label of a field whose description is withheld with its value. */
export function labelFromKey(key: string): string {
  const name = key.startsWith(CUSTOM_PREFIX) ? key.slice(CUSTOM_PREFIX.length) : key;
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Fields of the record whose values are hidden. Their descriptions are withheld too, so only a name is known. */
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
