/** Arithmetic on decimal texts. Results are exact; only functions that take a rounding round. */
import { type Decimal, decimalOf, decimalText } from './decimal.js';
import { divideRounded, type Rounding } from './rounding.js';

/** Returns the units of a decimal at a scale that is not smaller than its own. */
const unitsAt = ({ units, scale }: Decimal, wanted: number) => units * 10n ** BigInt(wanted - scale);

/** Returns the sum of decimals; "0" of none. @throws RangeError for texts that are not decimals */
export function sum(decimals: readonly string[]): string {
  const parsed = decimals.map(decimalOf);
  const scale = parsed.reduce((most, decimal) => Math.max(most, decimal.scale), 0);
  return decimalText({ units: parsed.reduce((total, one) => total + unitsAt(one, scale), 0n), scale });
}

/** Returns a + b. @throws RangeError for texts that are not decimals */
export function add(a: string, b: string): string {
  return sum([a, b]);
}

/** Returns a − b. @throws RangeError for texts that are not decimals */
export function subtract(a: string, b: string): string {
  return sum([a, multiply(b, '-1')]);
}

/** Returns the product of decimals; "1" of none. @throws RangeError for texts that are not decimals */
export function multiply(...decimals: string[]): string {
  const product = decimals
    .map(decimalOf)
    .reduce((total, { units, scale }) => ({ units: total.units * units, scale: total.scale + scale }), {
      units: 1n,
      scale: 0,
    });
  return decimalText(product);
}

/**
 * Returns a ÷ b with the given decimals.
 * @throws RangeError for a division by zero and for texts that are not decimals
 */
export function divide(a: string, b: string, scale: number, rounding: Rounding): string {
  const [top, bottom] = [decimalOf(a), decimalOf(b)];
  if (bottom.units === 0n) throw new RangeError('division by zero');
  // a ÷ b at the scale is (units of a × 10^shift) ÷ units of b.
  const shift = scale + bottom.scale - top.scale;
  const units = divideRounded(
    top.units * 10n ** BigInt(Math.max(0, shift)),
    bottom.units * 10n ** BigInt(Math.max(0, -shift)),
    rounding,
  );
  return decimalText({ units, scale });
}

/** Returns the decimal with at most the given decimals. @throws RangeError for a text that is not a decimal */
export function rescale(decimal: string, scale: number, rounding: Rounding): string {
  return divide(decimal, '1', scale, rounding);
}

/** Returns a percentage of a decimal, exactly: 7.5 % of 200 is 15. @throws RangeError for texts that are not decimals */
export function percentage(decimal: string, percent: string): string {
  return multiply(decimal, percent, '0.01');
}

/** Returns a decimal's text without trailing zeros. @throws RangeError for a text that is not a decimal */
export function canonical(decimal: string): string {
  return decimalText(decimalOf(decimal));
}

/** Compares two numbers: negative if a < b, 0 if they are equal, positive if a > b. @throws RangeError */
export function compare(a: string, b: string): -1 | 0 | 1 {
  const [one, other] = [decimalOf(a), decimalOf(b)];
  const scale = Math.max(one.scale, other.scale);
  const difference = unitsAt(one, scale) - unitsAt(other, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
