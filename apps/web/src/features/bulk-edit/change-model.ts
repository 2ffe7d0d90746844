import type { Bulk, ValueEdit } from '@pellucid/api-client';
import { FIELD_TYPES, isSet } from '@pellucid/conditions';
import { toWireValue } from '@/records/fields/wire-value';
import { nestedValues } from '@/records/fields/custom-values';
import { type FieldDescription, fieldOf, type ObjectDescription } from '@/records/object-description';

/** What can be done with a field of many records. */
export type Operation = 'set' | 'clear' | ValueEdit['do'];

/** One change as it is entered. */
export interface Change {
  id: number;
  field: string;
  operation: Operation;
  /** In the form of inputs: a value of the field, or the text of a number. */
  value: unknown;
  find: string;
  with: string;
}

/** Returns a change that still lacks its field. */
export const emptyChange = (id: number): Change => ({
  id,
  field: '',
  operation: 'set',
  value: undefined,
  find: '',
  with: '',
});

/** The operations that a field takes; setting it is the first one. */
export function operationsFor(field: FieldDescription): Operation[] {
  const { family, isDocument } = FIELD_TYPES[field.type];
  return [
    'set',
    ...(field.required ? [] : (['clear'] as const)),
    ...(isSet(family) ? (['add', 'remove'] as const) : []),
    ...(family === 'text' && !isDocument && !field.encrypted ? (['replaceText'] as const) : []),
    ...(family === 'decimal' ? (['increase', 'increaseByPercent'] as const) : []),
  ];
}

/** The fields that can be changed in many records. */
export const changeableFields = (object: ObjectDescription): FieldDescription[] =>
  object.fields.filter((field) => !field.readOnly);

const DECIMAL = /^[+-]?\d{1,20}(\.\d{1,10})?$/;

/** Returns the number that was typed, in the API's form; undefined if it is none. */
export function typedDecimal(value: unknown): string | undefined {
  const text = String(value ?? '').trim();
  return DECIMAL.test(text) ? text : undefined;
}

/** What a change still lacks; undefined if it is complete. */
export function lackOf(object: ObjectDescription, change: Change): 'field' | 'value' | undefined {
  const field = fieldOf(object, change.field);
  if (!field) return 'field';
  const isBlank = (value: unknown) =>
    value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);
  switch (change.operation) {
    case 'clear':
      return undefined;
    case 'replaceText':
      return change.find ? undefined : 'value';
    case 'increase':
    case 'increaseByPercent':
      return typedDecimal(change.value) === undefined ? 'value' : undefined;
    default:
      return isBlank(change.value) ? 'value' : undefined;
  }
}

/** Returns what to ask for. The changes must be complete. */
export function requestOf(
  object: ObjectDescription,
  changes: Change[],
): Required<Pick<Bulk, 'action'>> & Pick<Bulk, 'changes' | 'edits'> {
  const values: Record<string, unknown> = {};
  const edits: ValueEdit[] = [];
  for (const change of changes) {
    const field = fieldOf(object, change.field)!;
    const { key } = field;
    if (change.operation === 'set') values[key] = toWireValue(field, change.value);
    else if (change.operation === 'clear') values[key] = toWireValue(field, null);
    else edits.push(editOf(field, change));
  }
  return {
    action: 'update',
    ...(Object.keys(values).length ? { changes: nestedValues(values) } : {}),
    ...(edits.length ? { edits } : {}),
  };
}

function editOf(field: FieldDescription, change: Change): ValueEdit {
  const { key } = field;
  switch (change.operation) {
    case 'replaceText':
      return { field: key, do: 'replaceText', find: change.find, with: change.with };
    case 'increase':
      return { field: key, do: 'increase', by: typedDecimal(change.value)! };
    case 'increaseByPercent':
      return { field: key, do: 'increaseByPercent', percent: typedDecimal(change.value)! };
    default:
      return {
        field: key,
        do: change.operation as 'add' | 'remove',
        values: toWireValue(field, change.value) as unknown[],
      };
  }
}
