/** Exact decimals as scaled bigints. No value passes through binary floating-point arithmetic. */

export const BIGINT_MIN = -(2n ** 63n);
export const BIGINT_MAX = 2n ** 63n - 1n;

/** A decimal times 10^scale: rounded towards minus infinity, and whether anything was cut off. */
export interface ScaledDecimal {
  floor: bigint;
  exact: boolean;
}

const DECIMAL_TEXT = /^-?\d{1,60}(?:\.\d{1,60})?$/;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/**
 * Parses a decimal.
 * @param value a finite number (read as its shortest decimal form, so 0.1 is exactly one tenth) or a string such as
 *   "-12.50" (no exponent, no grouping)
 * @returns the scaled decimal; undefined if it is not a decimal
 */
export function parseDecimal(value: unknown, scale: number): ScaledDecimal | undefined {
  let text: string;
  if (typeof value === 'number' && Number.isFinite(value)) text = String(value);
  else if (typeof value === 'string' && DECIMAL_TEXT.test(value)) text = value;
  else return undefined;
  const parts = PARTS.exec(text);
  if (!parts) return undefined;
  const fraction = parts[3] ?? '';
  const magnitude = BigInt(parts[2]! + fraction);
  const digits = parts[1] === '-' ? -magnitude : magnitude;
  const shift = scale - fraction.length + Number(parts[4] ?? 0);
  if (shift >= 0) return { floor: digits * 10n ** BigInt(shift), exact: true };
  const divisor = 10n ** BigInt(-shift);
  const quotient = digits / divisor;
  const exact = quotient * divisor === digits;
  return { floor: !exact && digits < 0n ? quotient - 1n : quotient, exact };
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
  const finer = parseDecimal(value, scale + 1);
  if (!finer) return undefined;
  // The digit after the smallest unit decides. For negative values, a cut-off rest means that the true digit is one
  // less in magnitude.
  const negative = finer.floor < 0n;
  const magnitude = negative ? -finer.floor - (finer.exact ? 0n : 1n) : finer.floor;
  const rounded = (magnitude + 5n) / 10n;
  return toScaledInteger(negative ? -rounded : rounded);
}

/** Formats 12345n at scale 2 as "123.45". */
export function formatScaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return (value < 0n ? '-' : '') + whole + (scale > 0 ? '.' + digits.slice(-scale) : '');
}
