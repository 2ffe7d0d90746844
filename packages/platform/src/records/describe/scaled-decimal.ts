/** Decimals as they are stored: integers scaled by a power of ten. Nothing here computes in binary floating point. */

/** The largest integer that a bigint column holds. */
export const MAX_BIGINT = 9_223_372_036_854_775_807n;

/**
 * Converts a decimal text to a scaled integer as text. Returns undefined when it has more decimals than the scale
 * allows.
 */
export function toScaled(decimal: string, scale: number): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(decimal);
  if (!match || (!match[2] && !match[3])) return undefined;
  const given = match[3] ?? '';
  let length = given.length;
  // Not /0+$/, which takes a second for a hundred thousand zeros that are not at the end.
  while (length > 0 && given[length - 1] === '0') length--;
  const fraction = given.slice(0, length);
  if (fraction.length > scale) return undefined;
  const digits = ((match[2] ?? '') + fraction.padEnd(scale, '0')).replace(/^0+(?=\d)/, '') || '0';
  return (match[1] === '-' && digits !== '0' ? '-' : '') + digits;
}

/** Converts a scaled integer as text to a decimal text without trailing zeros. */
export function fromScaled(scaled: string, scale: number): string {
  if (scale === 0) return scaled;
  const negative = scaled.startsWith('-');
  const digits = (negative ? scaled.slice(1) : scaled).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return (negative ? '-' : '') + digits.slice(0, -scale) + (fraction ? '.' + fraction : '');
}

/** Formats a number without an exponent. */
export function plainDecimal(value: number): string {
  const short = String(value);
  return /e/i.test(short) ? value.toFixed(20).replace(/\.?0+$/, '') : short;
}
