/** Where a field's value is in the JSON of a record: those of fields that the company added are in the member `custom`. */
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { FieldDescription, RecordData } from '../object-description';

/** In: a field's key. Out: its name in `custom`; undefined for fields of the product. */
export function customName(key: string): string | undefined {
  return key.startsWith(CUSTOM_PREFIX) ? key.slice(CUSTOM_PREFIX.length) : undefined;
}

/** A record's value of a field. */
export function fieldValueOf(record: RecordData, field: Pick<FieldDescription, 'key'>): unknown {
  const name = customName(field.key);
  return name === undefined
    ? record[field.key]
    : (record['custom'] as Record<string, unknown> | undefined)?.[name];
}
