/** Rounding by name. The names are those of java.math.RoundingMode and IEEE 754. */

/**
 * What becomes of digits that are cut off.
 * - `halfUp`: to the nearest, a half away from zero. The product rounds amounts this way.
 * - `halfEven`: to the nearest, a half to the even neighbour.
 * - `down`: towards zero.
 * - `up`: away from zero.
 * - `ceiling`: towards plus infinity.
 * - `floor`: towards minus infinity.
 */
export type Rounding = 'halfUp' | 'halfEven' | 'down' | 'up' | 'ceiling' | 'floor';

/** Whether the quotient's magnitude grows by one, by how the rest compares to half of the divisor. */
const GROWS: Record<
  Rounding,
  (q: { twice: bigint; divisor: bigint; isOdd: boolean; isNegative: boolean }) => boolean
> = {
  halfUp: ({ twice, divisor }) => twice >= divisor,
  halfEven: ({ twice, divisor, isOdd }) => twice > divisor || (twice === divisor && isOdd),
  down: () => false,
  up: () => true,
  ceiling: ({ isNegative }) => !isNegative,
  floor: ({ isNegative }) => isNegative,
};

/**
 * Divides integers and rounds the quotient: 5 / 2 is 3 by `halfUp`, 2 by `halfEven`.
 * @throws RangeError if the divisor is zero
 */
export function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [magnitude(dividend), magnitude(divisor)];
  const quotient = top / bottom;
  const rest = top % bottom;
  const grows =
    rest !== 0n &&
    GROWS[rounding]({ twice: rest * 2n, divisor: bottom, isOdd: quotient % 2n === 1n, isNegative });
  const rounded = grows ? quotient + 1n : quotient;
  return isNegative ? -rounded : rounded;
}

/** Returns the value without its sign. */
export const magnitude = (value: bigint) => (value < 0n ? -value : value);
