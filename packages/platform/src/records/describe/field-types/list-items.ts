import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import type { FieldCodec } from './server-field-type.js';
import { label } from './text-codec.js';

/** Maximum number of items in a list. */
const MAX_ITEMS = 200;

/** Parses a list without order: each item once. @throws FieldValueError */
export function parseItems(input: unknown, field: FieldDescriptor, codec: FieldCodec): unknown[] {
  if (!Array.isArray(input)) throw new FieldValueError('wrongType', `${label(field)} must be a list.`);
  if (input.length > MAX_ITEMS)
    throw new FieldValueError('tooMany', `${label(field)} can have at most ${MAX_ITEMS} values.`);
  return [...new Set(input.map((item) => codec.parse(item, field)))].sort();
}
