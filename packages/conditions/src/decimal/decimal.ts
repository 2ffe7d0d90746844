/**
 * Exact decimals. Everywhere in the product a decimal is a plain text: "-12.5". Arithmetic works on the scaled integers
 * behind it, never in binary floating point.
 */

/** The number units × 10^-scale. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL_TEXT = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const NUMBER_PARTS = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** Longer texts are refused before their digits are read: reading them takes quadratic time. */
const LONGEST = 1000;

/** Significant digits that every JSON number keeps. From 16 on, a neighbour may have been meant. */
const EXACT_DIGITS = 15;

/** Parses a decimal text: digits with at most one point, no exponent, no group marks. @returns undefined for others */
export function parseDecimal(text: string): Decimal | undefined {
  const parts = text.length > LONGEST ? null : DECIMAL_TEXT.exec(text);
  if (!parts) return undefined;
  const fraction = parts[3] ?? '';
  const units = BigInt(parts[2]! + fraction);
  return { units: parts[1] === '-' ? -units : units, scale: fraction.length };
}

/** Returns the decimal of a text. @throws RangeError if it is not one */
export function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (!decimal) throw new RangeError(`"${text.slice(0, 40)}" is not a decimal`);
  return decimal;
}

/** Returns the text of a decimal without trailing zeros: one text for each number. */
export function decimalText({ units, scale }: Decimal): string {
  return fromScaled(String(units), scale);
}

/**
 * Returns a JSON number as decimal text. Undefined when it has more than 15 significant digits and is no safe integer: the
 * parser of the JSON may then have changed the decimal that was written.
 */
export function exactNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isSafeInteger(value)) return String(value + 0);
  const text = shortestText(value);
  return significantDigits(text) > EXACT_DIGITS ? undefined : text;
}

/** Returns the number of digits without the zeros around them. */
function significantDigits(text: string): number {
  return text.replace(/\D/g, '').replace(/^0+|0+$/g, '').length;
}

/** Returns the shortest text of a number, without an exponent: 1.5e-7 is "0.00000015". */
export function shortestText(value: number): string {
  const text = String(value);
  const parts = NUMBER_PARTS.exec(text);
  if (!parts) return text;
  const [, sign, first, rest = '', exponent] = parts;
  const digits = first! + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  return sign + (digits.length > point ? `${whole}.${digits.slice(point)}` : whole);
}

/**
 * Converts a decimal text to a scaled integer as text, the form of columns. Undefined when it has more decimals than the
 * scale allows, or is not a decimal.
 */
export function toScaled(text: string, scale: number): string | undefined {
  const decimal = parseDecimal(text);
  if (!decimal) return undefined;
  const missing = scale - decimal.scale;
  if (missing >= 0) return String(decimal.units * 10n ** BigInt(missing));
  const divisor = 10n ** BigInt(-missing);
  return decimal.units % divisor === 0n ? String(decimal.units / divisor) : undefined;
}

/** Converts a scaled integer as text to a decimal text without trailing zeros. */
export function fromScaled(scaled: string, scale: number): string {
  if (scale === 0) return scaled;
  const isNegative = scaled.startsWith('-');
  const digits = (isNegative ? scaled.slice(1) : scaled).padStart(scale + 1, '0');
  let end = digits.length;
  while (end > digits.length - scale && digits[end - 1] === '0') end--;
  const whole = digits.slice(0, -scale);
  const fraction = digits.slice(digits.length - scale, end);
  return (isNegative ? '-' : '') + whole + (fraction ? `.${fraction}` : '');
}
