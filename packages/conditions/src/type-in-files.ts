/** How values of each field type stand in files that are imported. */
import { FIELD_TYPES, type FieldType, type ValueFamily } from './field-types/index.js';

const NOTATIONS: Partial<Record<ValueFamily, 'number' | 'date'>> = {
  decimal: 'number',
  date: 'date',
  datetime: 'date',
};
const MATCHED = new Set<ValueFamily>(['text', 'decimal', 'date', 'choice', 'reference']);

/** Returns what an import has to find out about a column's notation before it can read it; undefined if nothing. */
export function notationOf(type: FieldType): 'number' | 'date' | undefined {
  return NOTATIONS[FIELD_TYPES[type].family];
}

/** Whether imports may match rows with records by a field of this type. */
export function isMatchable(type: FieldType): boolean {
  const { family, isMultiline } = FIELD_TYPES[type];
  return MATCHED.has(family) && !isMultiline;
}
