/** How decimals are read from input and shown in the API document, whatever they count. */
import { BIGINT_MAX, compare, exactNumber, fromScaled, toScaled } from '@pellucid/conditions/decimal';
import { z } from 'zod';
import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import { label } from './text-codec.js';

/** Decimals in requests: digits with at most one point. Longer ones fit into no column. */
const DECIMAL = /^[+-]?\d{1,30}(\.\d{1,30})?$/;

/** A decimal in requests, as text or JSON number. Its field's codec judges the value, so that its errors are the same everywhere. */
export const decimalInput = () =>
  z.union([z.string().meta({ pattern: DECIMAL.source }), z.number()], {
    error: 'must be a number like 1500.5, with a decimal point and no thousands separators',
  });

/** What the values of a type are called in messages. */
export interface DecimalWords {
  /** After "must be". */
  form: string;
  /** Why there are too many decimals. */
  tooPrecise(field: FieldDescriptor): string;
}

/**
 * Reads a decimal as it was written: a text, or a JSON number that is exact.
 * @param largest greatest magnitude; by default what a bigint column holds
 * @returns the decimal as text without trailing zeros
 * @throws FieldValueError
 */
export function parseDecimalInput(
  input: unknown,
  field: FieldDescriptor,
  words: DecimalWords,
  largest = fromScaled(String(BIGINT_MAX), field.scale),
): string {
  const named = label(field);
  const refuse = (code: string, message: string, params = {}) => new FieldValueError(code, message, params);
  const given = typeof input === 'number' ? exactNumber(input) : input;
  if (typeof input === 'number' && Number.isFinite(input) && given === undefined)
    throw refuse(
      'inexactNumber',
      `${named} has more digits than a JSON number keeps. Send it as text, like "${input}".`,
    );
  if (typeof given !== 'string' || !DECIMAL.test(given))
    throw refuse(
      'notANumber',
      `${named} must be ${words.form}, with a decimal point and no thousands separators.`,
    );
  const scaled = toScaled(given, field.scale);
  if (scaled === undefined) throw refuse('tooPrecise', words.tooPrecise(field), { max: field.scale });
  const value = fromScaled(scaled, field.scale);
  const { min, max } = field;
  if (min !== undefined && compare(value, String(min)) < 0)
    throw refuse('belowMinimum', `${named} must be at least ${min}.`, { min });
  if (max !== undefined && compare(value, String(max)) > 0)
    throw refuse('aboveMaximum', `${named} must be at most ${max}.`, { max });
  if (compare(value, largest) > 0 || compare(value, `-${largest}`) < 0)
    throw refuse('outOfRange', `${named} must be between -${largest} and ${largest}.`, {
      min: `-${largest}`,
      max: largest,
    });
  return value;
}
