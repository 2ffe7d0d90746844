/** Arithmetic against an oracle of fractions, which never rounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  allocate,
  compare,
  decimalText,
  divide,
  exactNumber,
  fromScaled,
  multiply,
  parseDecimal,
  percentage,
  rescale,
  type Rounding,
  subtract,
  sum,
  toScaled,
} from './index.js';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => decimalText({ units, scale }));
const scale = fc.integer({ min: 0, max: 10 });

/** A fraction of integers: the oracle. */
type Fraction = readonly [top: bigint, bottom: bigint];
const fraction = (text: string): Fraction => {
  const [whole, digits = ''] = text.split('.');
  return [BigInt(whole! + digits), 10n ** BigInt(digits.length)];
};
const isSame = ([a, b]: Fraction, [c, d]: Fraction) => a * d === c * b;
const isLess = ([a, b]: Fraction, [c, d]: Fraction) => a * d < c * b === b * d > 0n && a * d !== c * b;
const minus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d - c * b, b * d];
const absolute = ([a, b]: Fraction): Fraction => [a < 0n ? -a : a, b < 0n ? -b : b];

describe('texts', () => {
  test.each([
    ['-12.50', '-12.5'],
    ['+007', '7'],
    ['-0.00', '0'],
    ['0.000000000000000000000001', '0.000000000000000000000001'],
  ])('%s is %s', (text, canonical) => expect(decimalText(parseDecimal(text)!)).toBe(canonical));

  test.each(['', '.', '5.', '.5', '1e3', '1,5', '1 000', '--1', 'NaN', '1'.repeat(1001)])(
    '%j is none',
    (text) => expect(parseDecimal(text)).toBeUndefined(),
  );

  test('a JSON number is exact with up to 15 digits, whatever its size', () => {
    expect(exactNumber(0.1)).toBe('0.1');
    expect(exactNumber(1.5e-7)).toBe('0.00000015');
    expect(exactNumber(-1.25e21)).toBe('-1250000000000000000000');
    expect(exactNumber(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991');
    expect(exactNumber(-0)).toBe('0');
    for (const value of [0.1 + 0.2, 2 ** 53 + 2, Number.NaN, Infinity])
      expect(exactNumber(value)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15 - 1), max: 10 ** 15 - 1 }),
        fc.integer({ min: 0, max: 20 }),
        (n, s) => {
          const written = decimalText({ units: BigInt(n), scale: s });
          expect(exactNumber(JSON.parse(written))).toBe(written);
        },
      ),
    );
  });

  test('a column gives back what was put into it, and refuses decimals that it cannot hold', () => {
    fc.assert(
      fc.property(decimal, scale, (text, s) => {
        const scaled = toScaled(text, s);
        const decimals = text.split('.')[1]?.length ?? 0;
        if (decimals > s) expect(scaled).toBeUndefined();
        else expect(fromScaled(scaled!, s)).toBe(text);
      }),
    );
  });
});

test('sums, differences, products and comparisons are exact', () => {
  expect(sum([])).toBe('0');
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [one, other] = [fraction(a), fraction(b)];
      expect(isSame(fraction(subtract(a, b)), minus(one, other))).toBe(true);
      expect(isSame(minus(fraction(add(a, b)), other), one)).toBe(true);
      expect(isSame(fraction(multiply(a, b)), [one[0] * other[0], one[1] * other[1]])).toBe(true);
      expect(compare(a, b)).toBe(isSame(one, other) ? 0 : isLess(one, other) ? -1 : 1);
      expect(isSame(fraction(percentage(a, b)), [one[0] * other[0], one[1] * other[1] * 100n])).toBe(true);
    }),
  );
});

/** Whether a quotient may be rounded to a value: what each name promises. */
const PROMISES: Record<Rounding, (exact: Fraction, rounded: Fraction, unit: Fraction) => boolean> = {
  halfUp: (exact, rounded, unit) =>
    isNearest(exact, rounded, unit, (other) => isLess(absolute(other), absolute(rounded))),
  halfEven: (exact, rounded, unit) =>
    isNearest(exact, rounded, unit, () => ((rounded[0] * unit[1]) / (rounded[1] * unit[0])) % 2n === 0n),
  down: (exact, rounded) => !isLess(absolute(exact), absolute(rounded)),
  up: (exact, rounded) => !isLess(absolute(rounded), absolute(exact)),
  ceiling: (exact, rounded) => !isLess(rounded, exact),
  floor: (exact, rounded) => !isLess(exact, rounded),
};

/** Whether the value is nearest; of two neighbours at the same distance, the tie decides. */
function isNearest(
  exact: Fraction,
  rounded: Fraction,
  unit: Fraction,
  wins: (other: Fraction) => boolean,
): boolean {
  const distance = absolute(minus(exact, rounded));
  const half: Fraction = [unit[0], unit[1] * 2n];
  if (isLess(distance, half)) return true;
  if (!isSame(distance, half)) return false;
  const [a, b] = minus(exact, rounded);
  const other: Fraction = [exact[0] * b + a * exact[1], exact[1] * b];
  return wins(other);
}

test.each(Object.keys(PROMISES) as Rounding[])('%s rounds quotients as its name says', (rounding) => {
  // Small numbers, so that halves occur.
  const small = fc
    .tuple(fc.bigInt({ min: -400n, max: 400n }), fc.integer({ min: 0, max: 3 }))
    .map(([units, s]) => decimalText({ units, scale: s }));
  fc.assert(
    fc.property(fc.oneof(small, decimal), fc.oneof(small, decimal), scale, (a, b, s) => {
      fc.pre(compare(b, '0') !== 0);
      const [top, bottom] = [fraction(a), fraction(b)];
      const sign = bottom[0] < 0n ? -1n : 1n;
      const exact: Fraction = [sign * top[0] * bottom[1], sign * top[1] * bottom[0]];
      const rounded = fraction(divide(a, b, s, rounding));
      const unit: Fraction = [1n, 10n ** BigInt(s)];
      expect(PROMISES[rounding](exact, rounded, unit)).toBe(true);
      expect(isLess(absolute(minus(exact, rounded)), unit)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each<[Rounding, string[]]>([
  ['halfUp', ['3', '-3', '2', '-2']],
  ['halfEven', ['2', '-2', '2', '-2']],
  ['down', ['2', '-2', '1', '-1']],
  ['up', ['3', '-3', '2', '-2']],
  ['ceiling', ['3', '-2', '2', '-1']],
  ['floor', ['2', '-3', '1', '-2']],
])('%s of 2.5, -2.5, 1.5 and -1.5', (rounding, expected) => {
  expect(['2.5', '-2.5', '1.5', '-1.5'].map((text) => rescale(text, 0, rounding))).toEqual(expected);
});

test('what is no decimal, and a division by zero, are errors', () => {
  expect(() => add('1', 'x')).toThrow(RangeError);
  expect(() => divide('1', '0.00', 2, 'halfUp')).toThrow('division by zero');
});

describe('an allocation', () => {
  const weights = fc
    .array(fc.tuple(fc.bigInt({ min: 0n, max: 1000n }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((list) => list.map(([units, s]) => decimalText({ units, scale: s })))
    .filter((list) => list.some((weight) => weight !== '0'));

  test('adds up to the total, part by part within a unit of the exact share', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), weights, (cents, list) => {
        const total = decimalText({ units: cents, scale: 2 });
        const parts = allocate(total, list, 2);
        expect(sum(parts)).toBe(total);
        const whole = fraction(sum(list));
        for (const [i, part] of parts.entries()) {
          const weight = fraction(list[i]!);
          const exact: Fraction = [cents * weight[0] * whole[1], 100n * weight[1] * whole[0]];
          expect(isLess(absolute(minus(exact, fraction(part))), [1n, 100n])).toBe(true);
          if (list[i] === '0') expect(part).toBe('0');
        }
        const mirrored = allocate(multiply(total, '-1'), list, 2);
        expect(mirrored).toEqual(parts.map((part) => multiply(part, '-1')));
      }),
    );
  });

  test('gives the units that are left to the largest remainders, of equal ones to the first', () => {
    expect(allocate('100', ['1', '1', '1'], 2)).toEqual(['33.34', '33.33', '33.33']);
    expect(allocate('0.05', ['3', '7'], 2)).toEqual(['0.02', '0.03']);
    expect(allocate('10', ['37.5', '62.5'], 2)).toEqual(['3.75', '6.25']);
    expect(allocate('-0.01', ['1', '1'], 2)).toEqual(['-0.01', '0']);
    expect(allocate('100', ['2', '3', '1'], 0)).toEqual(['33', '50', '17']);
    expect(allocate('5', ['0', '1'], 0)).toEqual(['0', '5']);
  });

  test.each<[string, string[]]>([
    ['1.001', ['1']],
    ['1', ['0', '0']],
    ['1', ['-1', '2']],
    ['1', []],
  ])('of %s by %j is an error', (total, list) => {
    expect(() => allocate(total, list, 2)).toThrow(RangeError);
  });
});
