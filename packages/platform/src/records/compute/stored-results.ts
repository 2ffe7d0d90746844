import { rescale } from '@pellucid/conditions/decimal';
import { currencyDigits } from '@pellucid/conditions/locale-text';
import type { FormulaProblem, FormulaResult } from '../../formulas/index.js';
import { type FieldDescriptor, fieldNorm, type RecordState } from '../describe/index.js';
import { currencyOf } from '../read/index.js';
import { parseFieldValue } from '../write/index.js';

/** A value as it is stored, or why there is none. */
export type StoredResult = { value: unknown } | { problem: FormulaProblem };

/**
 * Returns the value that a field takes for a result: rounded half up to its decimals, amounts to those of their currency. A
 * result that the field can't hold is a problem.
 * @param state of the record, for the currency of an amount
 */
export function storedResult(
  f: FieldDescriptor,
  result: FormulaResult,
  state: Readonly<RecordState>,
  baseCurrency: string,
): StoredResult {
  if ('problem' in result || result.value === null) return result;
  const { value } = result;
  const digits = f.traits.isAmount ? currencyDigits(currencyOf(f, state, baseCurrency)) : f.scale;
  const given =
    f.traits.family === 'decimal' ? rescale(String(value), Math.min(digits, f.scale), 'halfUp') : value;
  const parsed = parseFieldValue(f, given);
  if ('problem' in parsed) return unfit(parsed.problem.message);
  const norm = f.storage.maxNormBytes === undefined ? null : fieldNorm(f, parsed.value ?? null);
  if (norm !== null && Buffer.byteLength(norm) > f.storage.maxNormBytes!)
    return unfit(`The result is longer than an indexed text can be: ${f.storage.maxNormBytes} bytes.`);
  return { value: parsed.value ?? null };
}

const unfit = (message: string): StoredResult => ({
  problem: { code: 'formulaOutOfRange', message, start: 0, end: 0 },
});
