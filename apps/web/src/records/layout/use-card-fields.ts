import { useQuery } from '@tanstack/react-query';
import { ownLayoutsQuery } from '../api/own-layouts';
import { fieldValueOf } from '../fields/field-place';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { fieldsOf, layoutFor } from './layout-model';

/** A record's value of a field, by key. */
export function readValue(object: ObjectDescription, record: RecordData, key: string): unknown {
  const field = fieldOf(object, key);
  return field && fieldValueOf(record, field);
}

/** Out: the fields that a record's card shows; undefined if no layout says so. */
export function useCardFields(
  object: ObjectDescription,
): (record: RecordData) => FieldDescription[] | undefined {
  const layouts = useQuery(ownLayoutsQuery(object.key)).data;
  return (record) => {
    const layout = layoutFor(layouts, 'card', (key) => readValue(object, record, key));
    return layout && fieldsOf(layout, object);
  };
}
