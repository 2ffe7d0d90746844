import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLines, withFormula, withoutFormula } from './index.js';

test('text that a spreadsheet treats as a formula gets an apostrophe, even after blanks and with full-width signs', () => {
  for (const text of ['=1+1', '\t=1', '\r\n@x', '\u00a0+cmd|x', '\ufeff=1', '＝1+1', '＋x', '－x', '＠x'])
    expect(withoutFormula(text)).toBe(`'${text}`);
  for (const text of ['-5', ' +1.5 % ', '1,054.00', 'a=b', '', '-'.repeat(0)])
    expect(withoutFormula(text)).toBe(text);
});

// At this length, a search that backtracks would exceed the time limit of a test.
test.each([
  ['blanks behind a number', `-1${' '.repeat(4_000_000)}x`],
  ['blanks before a sign', `${' '.repeat(4_000_000)}=x`],
  ['digits and blanks', `-${'1 '.repeat(2_000_000)}x`],
  ['points', `-${'.'.repeat(4_000_000)}x`],
  ['blanks before a percent sign', `-1${' '.repeat(4_000_000)}%x`],
])('%s cost no more than their length', (_, text) => {
  expect(withoutFormula(text)).toBe(`'${text}`);
});

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '1', ' ', 'a', '"', ',', ';', '\t', '\r', '\n', '\uff1d'),
  }),
  fc.string({ unit: 'grapheme' }),
);

test('a guard is removed again, and nothing else', () => {
  fc.assert(fc.property(cell, (text) => withFormula(withoutFormula(text)) === text));
  for (const text of ["'tis", "'5", "''", "don't", "'1,054.00"]) expect(withFormula(text)).toBe(text);
});

/** Parses cells as any CSV reader would: every kind of line end ends a line (RFC 4180 knows CR LF only). */
function cellsOf(csv: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  let text = '';
  let isQuoted = false;
  for (let i = 0; i < csv.length; i++) {
    const c = csv[i]!;
    if (isQuoted) {
      if (c !== '"') text += c;
      else if (csv[i + 1] === '"') text += csv[++i];
      else isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === delimiter) {
      rows.at(-1)!.push(text);
      text = '';
    } else if (c === '\r' || c === '\n') {
      if (c === '\r' && csv[i + 1] === '\n') i++;
      rows.at(-1)!.push(text);
      text = '';
      rows.push([]);
    } else text += c;
  }
  return rows.slice(0, -1);
}

test('every cell is read back unchanged, and no line or cell begins with a formula', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      fc.constantFrom(',', ';', '\t', '|'),
      (rows, delimiter) => {
        const read = cellsOf(csvLines(rows, { delimiter }), delimiter);
        expect(read.map((row) => row.map(withFormula))).toEqual(rows);
        for (const text of read.flat()) expect(withoutFormula(withFormula(text))).toBe(text);
      },
    ),
  );
  expect(csvLines([['a\r=cmd()', 'b\n=cmd()']])).toBe('"a\r=cmd()","b\n=cmd()"\r\n');
});
