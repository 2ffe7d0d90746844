import { FIELD_TYPES } from '@pellucid/conditions';
import { fromScaled, toScaled } from '@pellucid/conditions/decimal';
import { z } from 'zod';
import { numberCell } from '../cells/amount-cell.js';
import { type DecimalWords, decimalInput, parseDecimalInput } from './decimal-codec.js';
import { serverFieldType } from './server-field-type.js';
import { label } from './text-codec.js';

const WORDS: DecimalWords = {
  form: 'a percentage like 12.5 without a percent sign',
  tooPrecise: (field) => `${label(field)} can have at most ${field.scale} decimal places.`,
};

/** Percentage as a decimal text: "12.5" is 12.5 %. Stored as a bigint scaled by `scale` decimals. */
export const percent = serverFieldType(FIELD_TYPES.percent, {
  codec: {
    parse: (input, field) => parseDecimalInput(input, field, WORDS),
    toColumn: (value, field) => toScaled(value, field.scale),
    fromColumn: (raw, field) => fromScaled(String(raw), field.scale),
    input: decimalInput,
    output: () => z.string(),
  },
  defaults: { scale: 2 },
  cell: { ...numberCell, write: String },
  ownSettings: ['scale', 'min', 'max'],
});
