import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideHalfUp } from './rounding.js';

test.each([
  [5n, 2n, 3n],
  [-5n, 2n, -3n],
  [4n, 3n, 1n],
  [-4n, 3n, -1n],
  [0n, 7n, 0n],
  [10n ** 40n + 1n, 2n, 10n ** 40n / 2n + 1n],
])('%s / %s is %s, rounded half up', (dividend, divisor, quotient) => {
  expect(divideHalfUp(dividend, divisor)).toBe(quotient);
});

test('a quotient is off by half of the divisor at most, and mirrored for negative numbers', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), (dividend, divisor) => {
      const quotient = divideHalfUp(dividend, divisor);
      const rest = 2n * (dividend - quotient * divisor);
      expect(rest >= -divisor && rest <= divisor).toBe(true);
      expect(divideHalfUp(-dividend, divisor)).toBe(-quotient);
    }),
  );
});
