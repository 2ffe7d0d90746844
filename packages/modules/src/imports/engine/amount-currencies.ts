import type { FieldProblem } from '@pellucid/platform/errors';
import { fieldPointer } from '@pellucid/platform/records';
import { reason } from '../reasons/reason.js';
import type { ReadRow, RowReason } from './row-reader.js';

/**
 * Returns why the currency of an amount was refused, if that is the problem: the currency next to an amount is asked for
 * like any other value, but has no cell of its own.
 */
export function refusedCurrency(
  { pointer, code }: FieldProblem,
  { currencies }: ReadRow,
): RowReason | undefined {
  const found = [...currencies].find(([key]) => fieldPointer(key) === pointer);
  if (!found || code !== 'fieldNotWritable') return undefined;
  const [key, { row, said, codes }] = found;
  return { row, reason: reason('currencyNotWritable', { cell: said, currency: codes[0]!, field: key }) };
}
