/** Decimals as the database compares them: scaled integers within the range of bigint. */
import { exactNumber, parseDecimal, shortestText } from './decimal.js';
import { divideRounded } from './rounding.js';

export const BIGINT_MIN = -(2n ** 63n);
export const BIGINT_MAX = 2n ** 63n - 1n;

/** A decimal times 10^scale: rounded towards minus infinity, and whether anything was cut off. */
export interface ScaledBound {
  floor: bigint;
  exact: boolean;
}

/**
 * Returns a decimal as a bound for scaled integers.
 * @param value a decimal text, or a number that is exact (`exactNumber`)
 * @returns undefined if it is neither
 */
export function readBound(value: unknown, scale: number): ScaledBound | undefined {
  const text = typeof value === 'number' ? exactNumber(value) : value;
  const decimal = typeof text === 'string' ? parseDecimal(text) : undefined;
  if (!decimal) return undefined;
  const shift = scale - decimal.scale;
  if (shift >= 0) return { floor: decimal.units * 10n ** BigInt(shift), exact: true };
  const divisor = 10n ** BigInt(-shift);
  const exact = decimal.units % divisor === 0n;
  const quotient = decimal.units / divisor;
  return { floor: !exact && decimal.units < 0n ? quotient - 1n : quotient, exact };
}

/** A safe integer as number, anything larger as bigint: one form per value, so that a Set can contain them. */
export type ScaledInteger = number | bigint;

/** Returns the value as a number if it is a safe integer, else as a bigint. */
export function toScaledInteger(value: bigint): ScaledInteger {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/**
 * Returns a record's value times 10^scale; undefined if it is not a number. Digits beyond the scale are rounded half
 * away from zero, as `numeric(p, s)` does; stored values never have any.
 */
export function readScaled(value: unknown, scale: number): ScaledInteger | undefined {
  if (typeof value === 'number') {
    if (scale === 0 && Number.isSafeInteger(value)) return value + 0;
    return readSlowly(value, scale);
  }
  if (typeof value === 'string') return readDigits(value, scale) ?? readSlowly(value, scale);
  if (typeof value === 'bigint') return toScaledInteger(value * 10n ** BigInt(scale));
  return undefined;
}

/** Handles the common case without a regular expression or bigint: up to 15 digits, no more decimals than the scale. */
function readDigits(text: string, scale: number): number | undefined {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const first = negative ? 1 : 0;
  if (length === first || length + scale > 15) return undefined;
  let total = 0;
  let decimals = -1;
  for (let i = first; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      total = total * 10 + (code - 48);
      if (decimals >= 0) decimals++;
    } else if (code === 46 && decimals < 0 && i > first && i < length - 1) decimals = 0;
    else return undefined;
  }
  let missing = scale - Math.max(decimals, 0);
  if (missing < 0) return undefined;
  while (missing-- > 0) total *= 10;
  return negative && total !== 0 ? -total : total;
}

function readSlowly(value: number | string, scale: number): ScaledInteger | undefined {
  const decimal = parseDecimal(typeof value === 'number' ? shortestText(value) : value);
  if (!decimal) return undefined;
  const { units, scale: decimals } = decimal;
  if (decimals <= scale) return toScaledInteger(units * 10n ** BigInt(scale - decimals));
  return toScaledInteger(divideRounded(units, 10n ** BigInt(decimals - scale), 'halfUp'));
}
