/** Division of a total into parts that add up to it. */
import { decimalOf, decimalText, toScaled } from './decimal.js';
import { magnitude } from './rounding.js';

/**
 * Divides a total by weights, without losing a unit of the last decimal. Each part is rounded towards zero; the units left
 * go one each to the parts that lost most by that (largest remainder), of equal ones to the first. Thus parts have the sign
 * of the total, equal weights differ by one unit at most, and a part of weight zero is zero.
 * @param total with at most `scale` decimals
 * @param weights decimals, none negative, at least one above zero
 * @param scale decimals of the parts, such as those of a currency
 * @returns the parts in the order of the weights
 * @throws RangeError for texts that are not decimals, a total with more decimals, and weights that cannot divide it
 */
export function allocate(total: string, weights: readonly string[], scale: number): string[] {
  const scaled = toScaled(total, scale);
  if (scaled === undefined) throw new RangeError(`"${total}" is not a decimal of at most ${scale} decimals`);
  const parsed = weights.map(decimalOf);
  const finest = parsed.reduce((most, weight) => Math.max(most, weight.scale), 0);
  const shares = parsed.map((weight) => weight.units * 10n ** BigInt(finest - weight.scale));
  const whole = shares.reduce((a, b) => a + b, 0n);
  if (whole === 0n || shares.some((share) => share < 0n))
    throw new RangeError('weights must not be negative, and one of them must be more than 0');
  const units = magnitude(BigInt(scaled));
  const parts = shares.map((share, index) => ({
    index,
    units: (units * share) / whole,
    lost: (units * share) % whole,
  }));
  const left = units - parts.reduce((given, part) => given + part.units, 0n);
  // Fewer units are left than parts lost something, so a part of weight zero never gets one.
  const byLoss = parts.toSorted((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));
  for (const part of byLoss.slice(0, Number(left))) part.units += 1n;
  const sign = scaled.startsWith('-') ? -1n : 1n;
  return parts.map((part) => decimalText({ units: sign * part.units, scale }));
}
