import { visibilityOf } from '../access/field-visibility';
import type { FieldDescription, RecordData } from '../object-description';
import { fieldValueOf } from './field-place';
import { isKnownEmpty } from './field-value';

/** Whether a field of a record has something to show: a value, or the mark of a withheld one. */
export function hasSomethingToShow(record: RecordData, field: FieldDescription): boolean {
  const visibility = visibilityOf(record, field.key);
  return visibility === 'hidden' || !isKnownEmpty(field, fieldValueOf(record, field), visibility);
}
