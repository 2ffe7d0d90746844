import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { numberCell } from '../cells/amount-cell.js';
import { FieldValueError } from '../field-value-error.js';
import { fromScaled, plainDecimal, toScaled } from '../scaled-decimal.js';
import { serverFieldType } from './server-field-type.js';
import { label } from './text-codec.js';

/** Number, stored as a bigint scaled by `scale` decimals. */
export const number = serverFieldType(FIELD_TYPES.number, {
  codec: {
    parse(input, field) {
      const given = typeof input === 'string' && /^[+-]?\d+(\.\d+)?$/.test(input) ? Number(input) : input;
      if (typeof given !== 'number' || !Number.isFinite(given))
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be a number like 1500.5, with a decimal point and no thousands separators.`,
        );
      if (Math.abs(given) > Number.MAX_SAFE_INTEGER / 10 ** field.scale)
        throw new FieldValueError('outOfRange', `${label(field)} is too large.`);
      if (toScaled(plainDecimal(given), field.scale) === undefined)
        throw new FieldValueError(
          'tooPrecise',
          field.scale === 0
            ? `${label(field)} must be a whole number.`
            : `${label(field)} can have at most ${field.scale} decimal places.`,
        );
      if (field.min !== undefined && given < field.min)
        throw new FieldValueError('tooSmall', `${label(field)} must be at least ${field.min}.`, {
          min: field.min,
        });
      if (field.max !== undefined && given > field.max)
        throw new FieldValueError('tooLarge', `${label(field)} must be at most ${field.max}.`, {
          max: field.max,
        });
      return given === 0 ? 0 : given;
    },
    toColumn: (value, field) => toScaled(plainDecimal(value), field.scale),
    fromColumn: (raw, field) => Number(field.scale ? fromScaled(String(raw), field.scale) : raw),
    input: (f) => {
      let schema = f.scale === 0 ? z.int() : z.number();
      if (f.min !== undefined) schema = schema.min(f.min);
      if (f.max !== undefined) schema = schema.max(f.max);
      return schema;
    },
    output: (f) => (f.scale === 0 ? z.int() : z.number()),
  },
  cell: { ...numberCell, write: plainDecimal },
});
