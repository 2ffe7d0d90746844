import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  localDateOrder,
  type NumberReading,
  numberNotation,
  parseNumberText,
  readTypedDate,
  readTypedNumber,
  splitCurrency,
} from '../src/locale-text/index.js';

const LOCALES = ['en-US', 'en-GB', 'de', 'de-CH', 'fr', 'es', 'sv', 'pt-BR', 'hi-IN', 'ja', 'pl', 'ar-EG'];
const money = (text: string, locale: string): NumberReading => readTypedNumber(text, { locale, decimals: 2 });
const shown = (reading: NumberReading) =>
  'value' in reading ? reading.value : 'ambiguous' in reading ? reading.ambiguous : reading.reason;

describe('a typed amount', () => {
  test.each([
    ['1,500', 'en-US', '1500'],
    ['25,000', 'en-US', '25000'],
    ['1,234.50', 'en-US', '1234.50'],
    ['1.500', 'de', '1500'],
    ['1.234,50', 'de', '1234.50'],
    ['1,234.50', 'de', '1234.50'],
    ['1.234,50', 'en-US', '1234.50'],
    ['1,234,567', 'de', '1234567'],
    ['12,34,567', 'en-IN', '1234567'],
    ['1 500,5', 'fr', '1500.5'],
    ['1’500.50', 'de-CH', '1500.50'],
    ['1,50', 'de', '1.50'],
    ['(1,500)', 'en-US', '-1500'],
    ['١٬٥٠٠٫٥', 'ar-EG', '1500.5'],
    ['1500.00', 'en-US', '1500.00'],
    ['1500.000', 'en-US', '1500.00'],
    ['-0.00', 'en-US', '0.00'],
  ])('%j in %s is %s', (text, locale, value) => {
    expect(shown(money(text, locale))).toBe(value);
  });

  test.each([
    // Three digits after the decimal mark can be a group in another notation.
    ['1.500', 'en-US', ['1.50', '1500']],
    ['1,500', 'de', ['1.50', '1500']],
    // Only the reading as a group fits into two decimals, but the locale's mark says otherwise.
    ['1.234', 'en-US', ['1234']],
    // Only the decimal mark of another notation.
    ['1,50', 'en-US', ['1.50']],
    ['1.5', 'de', ['1.5']],
    ['0,500', 'en-US', ['0.50']],
    // A locale that groups by blanks or apostrophes says nothing about the other mark.
    ['1.500', 'fr', ['1500', '1.50']],
    ['1,500', 'de-CH', ['1500', '1.50']],
  ])('%j in %s is asked about: %j', (text, locale, readings) => {
    expect(shown(money(text, locale))).toEqual(readings);
  });

  test.each([
    ['', 'blank'],
    ['  ', 'blank'],
    ['twelve', 'notANumber'],
    ['1,05,4', 'notANumber'],
    ['1,500 000', 'notANumber'],
    ['1.2345', 'tooManyDecimals'],
    ['45 %', 'notANumber'],
    ['$45', 'notANumber'],
  ])('%j is refused as %s', (text, reason) => {
    expect(money(text, 'en-US')).toMatchObject({ reason });
  });

  test('with three or more decimals to store, the locale’s decimal mark applies', () => {
    expect(readTypedNumber('1.085', { locale: 'en-US', decimals: 6 })).toEqual({ value: '1.085' });
    expect(readTypedNumber('1,085', { locale: 'de' })).toEqual({ value: '1.085' });
  });

  test('a currency sign must fit the currency of the field', () => {
    const read = (text: string, currency: string) =>
      shown(readTypedNumber(text, { locale: 'en-US', decimals: 2, currency }));
    expect([read('$1,500', 'USD'), read('$1,500', 'CAD'), read('1.500 €', 'EUR'), read('€5', 'USD')]).toEqual(
      ['1500', '1500', ['1.50', '1500'], 'otherCurrency'],
    );
    expect(readTypedNumber('50 %', { locale: 'de', isPercent: true })).toEqual({ value: '50' });
  });
});

describe('for any locale', () => {
  const locale = fc.constantFrom(...LOCALES);

  test('a number in the notation of the locale is read back', () => {
    fc.assert(
      fc.property(
        locale,
        fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
        fc.boolean(),
        (tag, cents, isPlain) => {
          const digits = `${cents < 0n ? -cents : cents}`.padStart(3, '0');
          const value = `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
          const text = new Intl.NumberFormat(tag, { minimumFractionDigits: 2, useGrouping: !isPlain }).format(
            value as `${number}`,
          );
          expect(money(text, tag)).toEqual({ value });
        },
      ),
    );
  });

  test('machine notation is read as it is, or is ambiguous, but never read as another number', () => {
    fc.assert(
      fc.property(locale, fc.integer({ min: -1e9, max: 1e9 }), (tag, cents) => {
        const text = (cents / 100).toFixed(2).replace(/^-(0\.00)$/, '$1');
        const reading = money(text, tag);
        expect('ambiguous' in reading ? reading.ambiguous : [shown(reading)]).toContain(text);
      }),
    );
  });

  test('a certain value has all digits typed; readings are distinct and storable', () => {
    const text = fc
      .array(fc.constantFrom('0', '1', '5', '00', '500', ',', '.', ' ', "'"), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(locale, text, (tag, typed) => {
        const reading = money(typed, tag);
        const values = 'value' in reading ? [reading.value] : 'ambiguous' in reading ? reading.ambiguous : [];
        expect(new Set(values.map(Number)).size).toBe(values.length);
        const digits = (s: string) => s.replace(/\D/g, '').replace(/^0+|0+$/g, '');
        for (const value of values) {
          expect(value).toMatch(/^-?\d+(\.\d{1,2})?$/);
          expect(digits(value)).toBe(digits(typed));
        }
        if ('reason' in reading) return;
        // A single mark that two notations read differently is certain only as the group mark of the locale.
        const [point, comma] = [parseNumberText(typed, '.'), parseNumberText(typed, ',')];
        if ('value' in reading && point !== undefined && comma !== undefined && point !== comma)
          expect(typed.replace(/[^.,]/g, '')).toBe(numberNotation(tag).groupMark);
      }),
    );
  });

  test('any text gives one of the three results', () => {
    fc.assert(
      fc.property(locale, fc.string({ unit: 'binary' }), (tag, text) => {
        expect(Object.keys(money(text, tag))).toHaveLength(1);
        const date = readTypedDate(text, { locale: tag, today: '2026-11-28' });
        expect(Object.keys(date)).toHaveLength(1);
      }),
    );
  });
});

test('a currency is recognised by sign, by code and by both together', () => {
  expect(splitCurrency('JPY 90000')).toEqual({
    rest: '90000',
    currency: { mark: 'JPY', currencies: ['JPY'] },
  });
  expect(splitCurrency('£800.00').currency?.currencies[0]).toBe('GBP');
  expect(splitCurrency('$12 CAD').currency?.currencies).toEqual(['CAD']);
  expect(splitCurrency('€12 USD').currency?.currencies).toEqual([]);
  expect(splitCurrency('US$ 5').currency?.currencies).toEqual(['USD']);
  expect(splitCurrency('50 leisure')).toEqual({ rest: '50 leisure' });
});

describe('a typed date', () => {
  const read = (text: string, locale = 'en-US', today = '2026-11-28') => {
    const reading = readTypedDate(text, { locale, today });
    return 'value' in reading
      ? reading.value
      : 'ambiguous' in reading
        ? reading.ambiguous.join(' or ')
        : reading.reason;
  };

  test.each([
    ['Dec 15', 'en-US', '2026-12-15'],
    ['15 December', 'en-US', '2026-12-15'],
    ['Nov 28', 'en-US', '2026-11-28'],
    ['Nov 27', 'en-US', '2027-11-27'],
    ['15.12.2026', 'en-US', '2026-12-15'],
    ['15/12/2026', 'en-US', '2026-12-15'],
    ['12/15/2026', 'de', '2026-12-15'],
    ['03/04/2026', 'en-US', '2026-03-04'],
    ['03/04/2026', 'en-GB', '2026-04-03'],
    ['03.04.2026', 'de', '2026-04-03'],
    ['03.04.2026', 'en-US', '2026-03-04 or 2026-04-03'],
    ['2026-12-15', 'de', '2026-12-15'],
    ['20261215', 'de', '2026-12-15'],
    ['15.12.26', 'de', '2026-12-15'],
    ['12/15/26', 'en-US', '2026-12-15'],
    ['26-12-15', 'sv', '2026-12-15'],
    ['1.2.70', 'de', '1970-02-01'],
    ['03/04/2026', 'ja', '2026-04-03 or 2026-03-04'],
    ['15.12.', 'de', '2026-12-15'],
    ['12/15', 'en-US', '2026-12-15'],
    ['15. Dez', 'de', '2026-12-15'],
    ['15 grudnia 2026', 'pl', '2026-12-15'],
    ['Feb 29', 'en-US', '2028-02-29'],
    ['tomorrow', 'de', '2026-11-29'],
    ['Heute', 'de', '2026-11-28'],
    ['31.02.2026', 'de', 'noSuchDay'],
    ['Feb 30', 'en-US', 'noSuchDay'],
    ['Dec 2026', 'en-US', 'noDay'],
    ['12/2026', 'en-US', 'noDay'],
    ['soon', 'en-US', 'notADate'],
    ['12/15/2026 14:00', 'en-US', 'notADate'],
    ['', 'en-US', 'blank'],
  ])('%j in %s is %s', (text, locale, expected) => {
    expect(read(text, locale)).toBe(expected);
  });

  test('in the notation of the locale is read back', () => {
    const date = fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('2069-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    const locale = fc.constantFrom('en-US', 'en-GB', 'de', 'de-CH', 'fr', 'es', 'sv', 'pt-BR', 'pl');
    fc.assert(
      fc.property(locale, date, fc.constantFrom('numeric', 'short', 'long'), (tag, at, month) => {
        const text = new Intl.DateTimeFormat(tag, {
          year: 'numeric',
          month: month as 'short',
          day: 'numeric',
          timeZone: 'UTC',
        }).format(at);
        expect(read(text, tag)).toBe(at.toISOString().slice(0, 10));
      }),
    );
  });

  test('without a year is today or after it, less than a year away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom('Mar 1', '3/1', 'December 31'),
        (days, text) => {
          const today = new Date(Date.UTC(2024, 0, 1 + days)).toISOString().slice(0, 10);
          const value = read(text, 'en-US', today);
          expect(value >= today).toBe(true);
          expect(Date.parse(value) - Date.parse(today)).toBeLessThan(366 * 86_400_000);
        },
      ),
    );
  });

  test('each locale has its own order', () => {
    expect(['en-US', 'de', 'en-GB', 'ja'].map(localDateOrder)).toEqual(['MDY', 'DMY', 'DMY', 'YMD']);
  });
});
