import { expect, test } from 'vitest';
import { withoutFormula } from './index.js';

test('what a spreadsheet takes for a formula gets an apostrophe, also behind blanks and with full-width signs', () => {
  for (const text of ['=1+1', '\t=1', '\r\n@x', '\u00a0+cmd|x', '\ufeff=1', '＝1+1', '＋x', '－x', '＠x'])
    expect(withoutFormula(text)).toBe(`'${text}`);
  for (const text of ['-5', ' +1.5 % ', '1,054.00', 'a=b', '', '-'.repeat(0)])
    expect(withoutFormula(text)).toBe(text);
});

// At this length a search that goes back and forth would take longer than any test may.
test.each([
  ['blanks behind a number', `-1${' '.repeat(4_000_000)}x`],
  ['blanks before a sign', `${' '.repeat(4_000_000)}=x`],
  ['digits and blanks', `-${'1 '.repeat(2_000_000)}x`],
  ['points', `-${'.'.repeat(4_000_000)}x`],
  ['blanks before a percent sign', `-1${' '.repeat(4_000_000)}%x`],
])('%s cost no more than their length', (_, text) => {
  expect(withoutFormula(text)).toBe(`'${text}`);
});
