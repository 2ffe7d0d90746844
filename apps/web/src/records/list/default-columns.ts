import { FIELD_TYPES } from '@pellucid/conditions';
import { fieldOf, type ObjectDescription } from '../object-description';

/** Columns of a list that nobody has arranged: those that the description proposes, else the first six plain ones. */
export function defaultColumns(object: ObjectDescription): string[] {
  const proposed = object.fields.filter((field) => field.defaultColumn).map((field) => field.key);
  const plain = object.fields
    .filter((field) => !FIELD_TYPES[field.type].isMultiline && field.key !== 'externalId')
    .slice(0, 6)
    .map((field) => field.key);
  const columns = proposed.length ? proposed : plain;
  const named = fieldOf(object, object.nameField) ? [object.nameField] : [];
  return [...named, ...columns.filter((key) => key !== object.nameField)];
}
