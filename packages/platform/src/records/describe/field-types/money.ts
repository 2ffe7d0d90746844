import { FIELD_TYPES } from '@pellucid/conditions';
import { fromScaled, toScaled } from '@pellucid/conditions/decimal';
import { z } from 'zod';
import { numberCell } from '../cells/amount-cell.js';
import { type DecimalWords, decimalInput, parseDecimalInput } from './decimal-codec.js';
import { serverFieldType } from './server-field-type.js';
import { label } from './text-codec.js';

const WORDS: DecimalWords = {
  form: 'an amount like "1500.00" without a currency symbol',
  tooPrecise: (field) => `${label(field)} has more decimal places than its currency.`,
};

/**
 * Amount as a decimal text, stored as a bigint of ten-thousandths: no ISO 4217 currency has more than four decimals.
 */
export const money = serverFieldType(FIELD_TYPES.money, {
  codec: {
    parse: (input, field) => parseDecimalInput(input, field, WORDS),
    toColumn: (value, field) => toScaled(value, field.scale),
    fromColumn: (raw, field) => fromScaled(String(raw), field.scale),
    input: decimalInput,
    output: () => z.string(),
  },
  defaults: { scale: 4, currency: 'base' },
  cell: { ...numberCell, write: String },
  ownSettings: ['currency', 'min', 'max'],
});
