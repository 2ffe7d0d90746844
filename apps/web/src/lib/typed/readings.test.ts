import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { createFormats } from '@/lib/format/formats';
import { emptyGroup, emptyRow, hasUnread } from '@/records/filters/filter-model';
import { isSameValue, toWireValue } from '@/records/fields/wire-value';
import type { FieldDescription } from '@/records/object-description';
import { isPositive, type NumberLimits, readDate, readNumber } from './readings';
import { firstUnread, UnreadText } from './unread-text';

const us = createFormats({ locale: 'en-US', zone: 'UTC', baseCurrency: 'USD' });
const german = createFormats({ locale: 'de', zone: 'Europe/Berlin', baseCurrency: 'EUR' });
const t = ((key: string) => key) as unknown as TFunction<'app'>;
const amount: FieldDescription = {
  key: 'amount',
  label: 'Amount',
  type: 'money',
  required: false,
  readOnly: false,
};

describe('a typed number', () => {
  const read = (text: string, limits: NumberLimits = {}, formats = us) =>
    readNumber(text, limits, formats, t);

  it('is read in the company’s locale', () => {
    expect(read('25,000', { currency: 'USD' })).toEqual({ value: '25000' });
    expect(read('1.500', { currency: 'EUR' }, german)).toEqual({ value: '1500' });
    expect(read('1.500', { currency: 'USD' })).toEqual({ ambiguous: ['1.50', '1500'] });
  });

  it('keeps to the decimals of its currency and to the limits of its field', () => {
    expect(read('5.5', { currency: 'JPY', decimals: 4 })).toEqual({ message: 'typed.whole' });
    expect(read('1.234', { currency: 'KWD', decimals: 4 })).toEqual({ value: '1.234' });
    expect(read('101', { max: 100 })).toEqual({ message: 'typed.tooLarge' });
    expect(read('-1', { min: 0 })).toEqual({ message: 'typed.tooSmall' });
    // A value outside the limits is not a possible reading.
    expect(read('1.500', { currency: 'USD', max: 100 })).toEqual({ ambiguous: ['1.50'] });
    expect(read('€5', { currency: 'USD' })).toEqual({ message: 'typed.otherCurrency' });
  });

  it('is shown for editing in a notation that reads as the same number', () => {
    for (const formats of [us, german]) {
      for (const value of ['1500', '1500.00', '-0.5', '123456789012.25', '0'])
        expect(read(formats.editableNumber(value), { currency: 'EUR' }, formats)).toEqual({ value });
    }
  });
});

it('a typed date is read in the locale, and shown in a notation that reads as the same date', () => {
  expect(readDate('15.12.2026', german, t)).toEqual({ value: '2026-12-15' });
  expect(readDate('soon', us, t)).toEqual({ message: 'typed.dates.notADate' });
  for (const formats of [us, german])
    expect(readDate(formats.editableDate('2026-03-04'), formats, t)).toEqual({ value: '2026-03-04' });
});

describe('a text that can’t be read', () => {
  const unread = new UnreadText('1.500', 'Choose one.');

  it('cannot be sent', () => {
    expect(() => toWireValue(amount, unread)).toThrow('Choose one.');
    expect(() => JSON.stringify({ amount: unread })).toThrow('Choose one.');
    expect(() => String(unread)).toThrow('Choose one.');
  });

  it('counts as a change, and blocks a filter', () => {
    expect(isSameValue(amount, unread, '1500')).toBe(false);
    expect(firstUnread(['1', [undefined, unread]])).toBe(unread);
    const row = { ...emptyRow('amount', 'gt'), value: unread };
    expect(hasUnread(emptyGroup('all', [emptyGroup('any', [row])]))).toBe(true);
    expect(hasUnread(emptyGroup('all', [emptyRow('amount', 'gt')]))).toBe(false);
  });
});

it('is above zero only if a number is typed', () => {
  const typed = ['0.0001', '12', '0', '-1', '', new UnreadText('1x', 'no number')];
  expect(typed.map(isPositive)).toEqual([true, true, false, false, false, false]);
});
