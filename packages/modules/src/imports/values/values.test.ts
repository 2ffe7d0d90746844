import {
  CellError,
  type ColumnConventions,
  field,
  type FieldDescriptor,
  listItems,
  optionsOf,
} from '@pellucid/platform/records';
import { describe, expect, test } from 'vitest';
import { withoutFormula } from '@pellucid/platform/csv';
import { errorHeader, errorLines } from '../errors-csv.js';
import { conventionsOf, type ReadingChoices } from './column-conventions.js';
import { ColumnProfile, fileConventions } from './column-profile.js';
import { readingOf } from './column-reading.js';
import { refuseFormulaError } from './formula-error.js';
import { dateVote, instantOf, localDateOrder, parseDateText } from '@pellucid/conditions/locale-text';
import { decimalVote, parseNumberText } from '@pellucid/conditions/locale-text';

const cellValue = (text: string, f: FieldDescriptor, conventions: ColumnConventions, isNumber = false) =>
  f.traits.cell.read(text, f, conventions, isNumber);
const clearCell = (
  text: string,
  f: FieldDescriptor,
  conventions: Pick<ColumnConventions, 'dateOrder' | 'decimalMark'>,
) => f.traits.cell.clear?.(text, conventions) ?? text;

const profileOf = (values: string[]) => {
  const profile = new ColumnProfile();
  for (const value of values) profile.observe(value);
  return profile;
};

test.each([
  ['1,054.00', '.', '1054.00'],
  ['1.054,00', ',', '1054.00'],
  ['1 054,5', ',', '1054.5'],
  ['1\u00a0054', '.', '1054'],
  ["1'054.20", '.', '1054.20'],
  ['$1,054', '.', '1054'],
  ['1.054 €', ',', '1054'],
  ['EUR 12', '.', '12'],
  ['(1,054)', '.', '-1054'],
  ['-5', '.', '-5'],
  ['−5', '.', '-5'],
  ['5-', '.', '-5'],
  ['45 %', '.', '45'],
  // Dashes in place of cents are not a minus sign.
  ['50.000,- €', ',', '50000.0'],
  ["CHF 1'250.–", '.', '1250.0'],
  ['5.—', '.', '5.0'],
  ['-5,--', ',', '-5.0'],
  ['5,-5', ',', undefined],
  // Two signs are nobody's number.
  ['--5', '.', undefined],
  ['+-5', '.', undefined],
  ['-5-', '.', undefined],
  ['-$-5', '.', undefined],
  ['(-5)', '.', undefined],
  ['-(5)', '.', undefined],
  ['$-5', '.', '-5'],
  ['-$5', '.', '-5'],
  ['($5)', '.', '-5'],
  ['1.5e3', '.', '1500'],
  ['2e-2', '.', '0.02'],
  ['12,34,567', '.', '1234567'],
  ['.5', '.', '0.5'],
  ['007', '.', '7'],
  ['12,5', '.', undefined],
  ['1,05,4', '.', undefined],
  ['1.2.3', '.', undefined],
  ['twelve', '.', undefined],
  ['12 apples', '.', undefined],
  ['', '.', undefined],
])('%j with decimal mark %j is the number %j', (text, mark, expected) => {
  expect(parseNumberText(text, mark as '.')).toBe(expected);
});

test('the unambiguous values of a column reveal its decimal mark', () => {
  expect([decimalVote('1,054.00'), decimalVote('12,5'), decimalVote('1,054'), decimalVote('n/a')]).toEqual([
    '.',
    ',',
    'either',
    'none',
  ]);
  expect(profileOf(['1.054', '2.000', '12,5']).decimalMark).toBe(',');
  expect(profileOf(['1054', '1.054']).decimalMark).toBeUndefined();
});

describe('the amounts of a column', () => {
  const amount = field.money('amount', 'Amount');
  const conventions = (
    values: string[],
    locale: string,
    chosen: ReadingChoices = {},
    others: string[] = [],
  ) =>
    conventionsOf(
      'amount',
      profileOf(values),
      fileConventions([profileOf(values), profileOf(others)]),
      chosen,
      {
        locale,
        zone: 'UTC',
        baseCurrency: 'EUR',
      },
    );
  const read = (values: string[], locale: string, chosen: ReadingChoices = {}, others: string[] = []) =>
    values.map((text) => {
      try {
        return cellValue(text, amount, conventions(values, locale, chosen, others));
      } catch (error) {
        if (error instanceof CellError) return 'refused';
        throw error;
      }
    });

  test.each<[string, string[], string, (string | undefined)[]]>([
    ['of a German company', ['1.500', '12.000'], 'de', ['1500', '12000']],
    ['of a US company', ['1,500', '12,000'], 'en-US', ['1500', '12000']],
    ['with a sign', ['€ 50.000'], 'de', ['50000']],
    ['decided by another value', ['1.500', '12,50'], 'en-US', ['1500', '12.50']],
    ['decided by both marks', ['1,500', '1.250,75'], 'en-US', ['1.500', '1250.75']],
    ['whose digits forbid a group', ['1.5', '0.500', '1500.00'], 'de', ['1.5', '0.500', '1500.00']],
    [
      'with a slip among many',
      [...Array(30).fill('2.50'), '3,5'],
      'de',
      [...Array(30).fill('2.50'), 'refused'],
    ],
    ['in two notations', ['1.250,75', '1,250.75', '1.500'], 'de', ['1250.75', '1250.75', 'refused']],
    ['that could be groups of another country', ['1.500', '12.000'], 'en-US', ['refused', 'refused']],
    ['that could be decimals of three digits', ['1,500'], 'de', ['refused']],
  ])('%s are read by what all of them say', (_, values, locale, expected) => {
    expect(read(values, locale)).toEqual(expected);
  });

  test('follow the choice for all columns or one, and what other columns show', () => {
    expect(read(['1.500'], 'en-US', { decimalMark: ',' })).toEqual(['1500']);
    expect(read(['1.500'], 'de', { decimalMark: '.' })).toEqual(['1.500']);
    expect(read(['1.500'], 'en-US', { decimalMark: { amount: ',', other: '.' } })).toEqual(['1500']);
    expect(read(['1.500'], 'en-US', { decimalMark: { other: ',' } })).toEqual(['refused']);
    expect(read(['1.500'], 'en-US', {}, ['12,50'])).toEqual(['1500']);
  });

  test('of a workbook have a point, whatever the texts of the column suggest', () => {
    const german = conventions(['1.500', '12,5'], 'de');
    expect(cellValue('1.125', amount, german, true)).toBe('1.125');
    expect(cellValue('1.125', amount, german)).toBe('1125');
    expect(cellValue('50%', field.number('probability', 'Probability'), german, true)).toBe('50');
  });

  test('are shown as they are interpreted, including the doubtful one', () => {
    const reading = (values: string[], locale: string) =>
      readingOf(profileOf(values), conventions(values, locale));
    expect(reading(['1.500', '$12'], 'de')).toEqual({
      kind: 'number',
      decimalMark: ',',
      isUnclear: false,
      samples: [
        { text: '1.500', value: '1500' },
        { text: '$12', value: '12', currency: 'USD' },
      ],
    });
    expect(reading(['1.500'], 'en-US')).toMatchObject({
      isUnclear: true,
      samples: [{ text: '1.500', value: null }],
    });
    expect(reading(['03/04/2026'], 'en-US')).toMatchObject({
      kind: 'date',
      dateOrder: 'MDY',
      isUnclear: true,
      samples: [{ text: '03/04/2026', value: '2026-03-04' }],
    });
    expect(reading(['Acme', 'Beta'], 'de')).toBeUndefined();
  });

  test('and dates of failed rows mean the same in a separate file', () => {
    const point = { dateOrder: 'MDY', decimalMark: '.' } as const;
    const comma = { dateOrder: 'DMY', decimalMark: ',' } as const;
    expect(clearCell('1.500', amount, comma)).toBe('1500');
    expect(clearCell('1.500', amount, point)).toBe('1.5000');
    expect(clearCell('-€1,125', amount, comma)).toBe('-€1,1250');
    expect(clearCell('12,50', amount, comma)).toBe('12,50');
    expect(clearCell('many', amount, comma)).toBe('many');
    expect(clearCell('03/04/2026', field.date('day', 'Day'), point)).toBe('2026-03-04');
    expect(clearCell('25/04/2026', field.date('day', 'Day'), comma)).toBe('25/04/2026');
    expect(clearCell('1.500', field.text('name', 'Name'), comma)).toBe('1.500');
  });
});

test.each(['#N/A', ' #NAME? ', '#DIV/0!', '#WERT!', '#NV'])('%j is no value of any field', (text) => {
  expect(() => refuseFormulaError(text)).toThrow('is a spreadsheet error');
  expect(() => refuseFormulaError(`see ${text}`)).not.toThrow();
});

test.each([
  ['2017-03-01', 'DMY', '2017-03-01'],
  ['2017/3/1', 'MDY', '2017-03-01'],
  ['20170301', 'DMY', '2017-03-01'],
  ['01/03/2017', 'DMY', '2017-03-01'],
  ['03/01/2017', 'MDY', '2017-03-01'],
  ['1.3.2017', 'DMY', '2017-03-01'],
  ['1.3.17', 'DMY', '2017-03-01'],
  ['1.3.70', 'DMY', '1970-03-01'],
  ['1 March 2017', 'MDY', '2017-03-01'],
  ['1. März 2017', 'DMY', '2017-03-01'],
  ['Mar 1, 2017', 'DMY', '2017-03-01'],
  ['1-Mar-17', 'DMY', '2017-03-01'],
  ['Wed, 01 Mar 2017', 'DMY', '2017-03-01'],
  ['31/02/2017', 'DMY', undefined],
  ['13/13/2017', 'DMY', undefined],
  ['25/12/2017', 'MDY', undefined],
  ['2017-13-01', 'YMD', undefined],
  ['0001-01-01', 'YMD', '0001-01-01'],
  ['01.02.0099', 'DMY', '0099-02-01'],
  ['01.02.99', 'DMY', '1999-02-01'],
  ['0000-01-01', 'YMD', undefined],
  ['soon', 'DMY', undefined],
  ['1054', 'DMY', undefined],
])('%j in order %s is the date %j', (text, order, expected) => {
  expect(parseDateText(text, order as 'DMY')?.date).toBe(expected);
});

test('times are read with and without offsets, local ones in the given time zone', () => {
  expect(parseDateText('2017-03-01T14:05', 'YMD')).toEqual({ date: '2017-03-01', time: '14:05:00.000' });
  expect(parseDateText('3/1/2017 2:05:09 PM', 'MDY')).toEqual({ date: '2017-03-01', time: '14:05:09.000' });
  expect(parseDateText('2017-03-01 12:00 AM', 'YMD')?.time).toBe('00:00:00.000');
  expect(parseDateText('2017-03-01 25:00', 'YMD')).toBeUndefined();
  const at = (text: string, zone: string) => instantOf(parseDateText(text, 'YMD')!, zone);
  expect(at('2017-03-01T14:05:06.5+0200', 'UTC')).toBe('2017-03-01T12:05:06.500Z');
  expect(at('2017-07-01 12:00', 'Europe/Berlin')).toBe('2017-07-01T10:00:00.000Z');
  expect(at('2017-01-01', 'America/New_York')).toBe('2017-01-01T05:00:00.000Z');
  // 02:30 does not exist on the night when summer time begins, and occurs twice when it ends.
  expect(at('2026-03-29 02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  expect(at('2026-10-25 02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
});

describe('date order', () => {
  test('is determined by values that can be read in only one way', () => {
    expect(profileOf(['03/04/2017', '25/04/2017']).dateOrder).toBe('DMY');
    expect(profileOf(['03/04/2017', '04/25/2017']).dateOrder).toBe('MDY');
    expect(profileOf(['03/04/2017']).dateOrder).toBe('unclear');
    expect(profileOf(['25/04/2017', '04/25/2017']).dateOrder).toBe('unclear');
    expect(profileOf(['2017-03-04']).dateOrder).toBe('YMD');
    expect(profileOf(['March 4, 2017']).dateOrder).toBeUndefined();
    expect(dateVote('1054')).toBe('none');
  });
  test('is not changed by one damaged value among many', () => {
    expect(profileOf([...Array(50).fill('25/04/2017'), '04/25/2017']).dateOrder).toBe('DMY');
  });
  test('of an unclear column follows the others of the file', () => {
    expect(fileConventions([profileOf(['03/04/2017']), profileOf(['25/04/2017'])]).dateOrder).toBe('DMY');
    expect(fileConventions([profileOf(['03/04/2017'])])).toMatchObject({
      dateOrder: null,
      dateOrderUnclear: true,
    });
  });
  test('follows the country if nothing else decides', () => {
    expect([
      localDateOrder('en-US'),
      localDateOrder('de'),
      localDateOrder('en-GB'),
      localDateOrder('ja'),
    ]).toEqual(['MDY', 'DMY', 'DMY', 'YMD']);
  });
});

describe('cells', () => {
  const conventions: ColumnConventions = {
    dateOrder: 'DMY',
    decimalMark: ',',
    isByLocale: true,
    zone: 'Europe/Berlin',
    baseCurrency: 'EUR',
  };
  const industry = field.select('industry', 'Industry', [
    { value: 'tech', label: 'Technology' },
    ...optionsOf('Health'),
  ]);
  test.each([
    [field.money('amount', 'Amount'), '1.054,00 €', '1054.00'],
    [field.number('size', 'Size'), '2.822', '2822'],
    [field.boolean('active', 'Active'), 'Ja', true],
    [field.boolean('active', 'Active'), 'No', false],
    [field.date('day', 'Day'), '1.3.2017 10:00', '2017-03-01'],
    [field.datetime('at', 'At'), '1.3.2017 10:00', '2017-03-01T09:00:00.000Z'],
    [industry, 'TECHNOLOGY', 'tech'],
    [industry, ' health ', 'Health'],
    [industry, 'Bäckerei', 'Bäckerei'],
    [field.email('email', 'E-mail'), ' a@b.co ', 'a@b.co'],
    // Names are trimmed; long texts are kept as they are.
    [field.text('name', 'Name'), '  Acme\u200b ', 'Acme'],
    [field.longText('notes', 'Notes'), '  Acme  ', '  Acme  '],
  ])('of $type are read: %#', (target, text, expected) => {
    expect(cellValue(text, target, conventions)).toEqual(expected);
  });
  test.each([
    [field.money('amount', 'Amount'), 'lots', 'a number for "Amount"'],
    [field.money('amount', 'Amount'), '50 %', 'a percentage, but "Amount" is an amount'],
    [field.number('size', 'Size'), '$500', 'an amount, but "Size" is a plain number'],
    [field.date('day', 'Day'), '3/25/2017', 'isn\'t a date for "Day" (read as day-month-year)'],
    [field.boolean('active', 'Active'), 'maybe', "isn't yes or no"],
  ])('that do not fit are refused with a reason: %#', (target, text, reason) => {
    expect(() => cellValue(text, target, conventions)).toThrow(CellError);
    expect(() => cellValue(text, target, conventions)).toThrow(reason);
  });
  test('of lists are separated by semicolons, else by commas', () => {
    expect(listItems('a; b;a')).toEqual(['a', 'b']);
    expect(listItems('a, b')).toEqual(['a', 'b']);
    expect(listItems('x, y; z')).toEqual(['x, y', 'z']);
  });
});

test('the file of errors keeps the cells and lets no formula through', () => {
  expect(['=1+1', ' =1', '@x', '+cmd|x', '-2+3'].map(withoutFormula)).toEqual([
    "'=1+1",
    "' =1",
    "'@x",
    "'+cmd|x",
    "'-2+3",
  ]);
  expect(['-5', '+1.5', '1,054.00', 'a=b'].map(withoutFormula)).toEqual(['-5', '+1.5', '1,054.00', 'a=b']);
  expect(errorHeader(['a', 'reason'])).toBe('a,reason,reason (2)\r\n');
  expect(
    errorLines(
      [
        { cells: ['x', 'y', 'z'], reason: 'no' },
        { cells: ['1'], reason: 'short' },
      ],
      2,
    ),
  ).toBe('x,y | z,no\r\n1,,short\r\n');
});

// At this length, a search that backtracks would exceed the time limit of a test.
test('a long cell that is neither a number nor a date takes linear time', () => {
  for (const cell of [
    `${' '.repeat(4_000_000)}x`,
    `1${' '.repeat(4_000_000)}x`,
    `12:30${' '.repeat(4_000_000)}x`,
  ]) {
    expect(parseNumberText(cell, '.')).toBeUndefined();
    expect(parseDateText(`2026-01-01 ${cell}`, 'YMD')).toBeUndefined();
  }
});
