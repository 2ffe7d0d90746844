import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { numberCell } from '../cells/amount-cell.js';
import { FieldValueError } from '../field-value-error.js';
import { fromScaled, MAX_BIGINT, plainDecimal, toScaled } from '../scaled-decimal.js';
import { serverFieldType } from './server-field-type.js';
import { label } from './text-codec.js';

/**
 * Amount as a decimal text, stored as a bigint of ten-thousandths: no ISO 4217 currency has more than four decimals.
 */
export const money = serverFieldType(FIELD_TYPES.money, {
  codec: {
    parse(input, field) {
      const given = typeof input === 'number' && Number.isFinite(input) ? plainDecimal(input) : input;
      if (typeof given !== 'string' || !/^[+-]?\d{1,15}(\.\d+)?$/.test(given))
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be an amount like "1500.00", with a decimal point and no thousands separators or currency symbol.`,
        );
      const scaled = toScaled(given, field.scale);
      if (scaled === undefined)
        throw new FieldValueError('tooPrecise', `${label(field)} has more decimal places than its currency.`);
      const whole = BigInt(scaled);
      if (whole > MAX_BIGINT || whole < -MAX_BIGINT)
        throw new FieldValueError('outOfRange', `${label(field)} is too large.`);
      if (field.min !== undefined && whole < BigInt(field.min) * 10n ** BigInt(field.scale))
        throw new FieldValueError('tooSmall', `${label(field)} must be at least ${field.min}.`, {
          min: field.min,
        });
      return fromScaled(scaled, field.scale);
    },
    toColumn: (value, field) => toScaled(value, field.scale),
    fromColumn: (raw, field) => fromScaled(String(raw), field.scale),
    input: () => z.string().regex(/^[+-]?\d{1,15}(\.\d+)?$/),
    output: () => z.string(),
  },
  defaults: { scale: 4, currency: 'base' },
  cell: { ...numberCell, write: String },
});
