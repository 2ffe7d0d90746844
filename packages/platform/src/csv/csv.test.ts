import { expect, test } from 'vitest';
import { withoutFormula } from './index.js';

test('what a spreadsheet takes for a formula gets an apostrophe, also behind blanks and with full-width signs', () => {
  for (const text of ['=1+1', '\t=1', '\r\n@x', '\u00a0+cmd|x', '\ufeff=1', '＝1+1', '＋x', '－x', '＠x'])
    expect(withoutFormula(text)).toBe(`'${text}`);
  for (const text of ['-5', ' +1.5 % ', '1,054.00', 'a=b', '', '-'.repeat(0)])
    expect(withoutFormula(text)).toBe(text);
});

test.each([
  ['blanks behind a number', `-1${' '.repeat(400_000)}x`],
  ['blanks before a sign', `${' '.repeat(400_000)}=x`],
  ['digits and blanks', `-${'1 '.repeat(200_000)}x`],
  ['points', `-${'.'.repeat(400_000)}x`],
  ['blanks before a percent sign', `-1${' '.repeat(400_000)}%x`],
])('%s cost no more than their length', (_, text) => {
  const started = performance.now();
  expect(withoutFormula(text)).toBe(`'${text}`);
  expect(performance.now() - started).toBeLessThan(500);
});
