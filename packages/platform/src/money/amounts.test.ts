import { expect, test } from 'vitest';
import { allocateAmount, convertAmount, roundAmount, sum } from './index.js';

test('amounts are converted exactly, and rounded half up to the digits of the currency', () => {
  expect(convertAmount('0.1', '3', 'USD')).toBe('0.3');
  expect(convertAmount('1.005', '1', 'USD')).toBe('1.01');
  expect(convertAmount('-1.005', '1', 'USD')).toBe('-1.01');
  expect(convertAmount('100', '151.235', 'JPY')).toBe('15124');
  expect(convertAmount('999999999999999.99', '1', 'USD')).toBe('999999999999999.99');
  expect(convertAmount('100', '0.0000237', 'USD')).toBe('0');
});

test('another rounding is named', () => {
  expect(roundAmount('2.5', 'JPY', 'halfEven')).toBe('2');
  expect(roundAmount('-1.2345', 'KWD', 'floor')).toBe('-1.235');
});

test('an amount is divided into amounts of its currency', () => {
  expect(allocateAmount('100', ['1', '1', '1'], 'EUR')).toEqual(['33.34', '33.33', '33.33']);
  const yen = allocateAmount('-1000', ['1', '2', '0', '4'], 'JPY');
  expect(yen).toEqual(['-143', '-286', '0', '-571']);
  expect(sum(yen)).toBe('-1000');
});
