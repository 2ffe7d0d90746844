import type { FieldProblem } from '@pellucid/platform/errors';
import { fieldPointer, type RecordDescriptor } from '@pellucid/platform/records';
import type { ReadRow, RowReason } from './row-reader.js';

/**
 * Returns why the currency of an amount was refused, if that is the problem: the currency next to an amount is asked for
 * like any other value, but has no cell of its own.
 */
export function refusedCurrency(
  { pointer, code }: FieldProblem,
  { currencies }: ReadRow,
  descriptor: RecordDescriptor,
): RowReason | undefined {
  const found = [...currencies].find(([key]) => fieldPointer(key) === pointer);
  if (!found || code !== 'fieldNotWritable') return undefined;
  const [key, { row, said, codes }] = found;
  const { label } = descriptor.byKey.get(key)!;
  const text = `${said} is in ${codes[0]}, but your roles don't let you set "${label}". Convert the amount to the record's currency and write it without one.`;
  return { row, text };
}
