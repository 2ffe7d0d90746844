import { FIELD_TYPES } from '@pellucid/conditions';
import { fromScaled, shortestText, toScaled } from '@pellucid/conditions/decimal';
import { z } from 'zod';
import { numberCell } from '../cells/amount-cell.js';
import type { FieldDescriptor } from '../descriptor.js';
import { type DecimalWords, decimalInput, parseDecimalInput } from './decimal-codec.js';
import { serverFieldType } from './server-field-type.js';
import { label } from './text-codec.js';

const WORDS: DecimalWords = {
  form: 'a number like 1500.5',
  tooPrecise: (field) => `${label(field)} can have at most ${field.scale} decimal places.`,
};
const WHOLE: DecimalWords = {
  form: 'a whole number like 1500',
  tooPrecise: (field) => `${label(field)} must be a whole number.`,
};

const isWhole = (field: FieldDescriptor) => field.scale === 0;

/**
 * Number, stored as a bigint scaled by `scale` decimals. With decimals it is a decimal text in JSON and in memory, so that
 * it travels exactly; a whole number is a JSON number and stays within the safe integers.
 */
export const number = serverFieldType(FIELD_TYPES.number, {
  codec: {
    parse: (input, field) =>
      isWhole(field)
        ? Number(parseDecimalInput(input, field, WHOLE, String(Number.MAX_SAFE_INTEGER)))
        : parseDecimalInput(input, field, WORDS),
    toColumn: (value, field) => toScaled(String(value), field.scale),
    fromColumn: (raw, field) => (isWhole(field) ? Number(raw) : fromScaled(String(raw), field.scale)),
    // Events of earlier versions hold JSON numbers.
    fromLog: (value, field) => (typeof value === 'number' && !isWhole(field) ? shortestText(value) : value),
    input: (f) => {
      if (!isWhole(f)) return decimalInput();
      let schema = z.int();
      if (f.min !== undefined) schema = schema.min(f.min);
      if (f.max !== undefined) schema = schema.max(f.max);
      return schema;
    },
    output: (f) => (isWhole(f) ? z.int() : z.string()),
  },
  cell: { ...numberCell, write: String },
  ownSettings: ['scale', 'min', 'max'],
});
