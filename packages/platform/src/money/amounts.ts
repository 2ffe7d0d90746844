/** Amounts: decimals with the digits of a currency (ISO 4217). They are rounded half up unless another rounding is named. */
import { allocate, multiply, rescale, type Rounding } from '@pellucid/conditions/decimal';
import { currencyDigits } from '@pellucid/conditions/locale-text';

/** Decimals of a stored exchange rate. */
export const RATE_SCALE = 10;

/** Returns an amount with at most the digits of its currency. @throws RangeError if it is not a decimal */
export function roundAmount(amount: string, currency: string, rounding: Rounding = 'halfUp'): string {
  return rescale(amount, currencyDigits(currency), rounding);
}

/**
 * Converts an amount to another currency: amount × rate, in the digits of that currency.
 * @param rate what a unit of the amount's currency is worth in the other one
 * @throws RangeError if one of them is not a decimal
 */
export function convertAmount(
  amount: string,
  rate: string,
  currency: string,
  rounding: Rounding = 'halfUp',
): string {
  return roundAmount(multiply(amount, rate), currency, rounding);
}

/** Divides an amount by weights into amounts of the currency that add up to it; see `allocate`. @throws RangeError */
export function allocateAmount(amount: string, weights: readonly string[], currency: string): string[] {
  return allocate(amount, weights, currencyDigits(currency));
}
