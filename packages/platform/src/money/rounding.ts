/** Rounding of exact integers. The product rounds amounts half up: a half goes away from zero. */

/**
 * Divides and rounds half up.
 * @param divisor positive
 * @returns the quotient as an integer: 5 / 2 is 3, -5 / 2 is -3
 */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -rounded : rounded;
}
