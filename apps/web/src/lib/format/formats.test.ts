import { describe, expect, it } from 'vitest';
import { createFormats } from './formats';

const german = createFormats({ locale: 'de-DE', zone: 'Europe/Berlin', baseCurrency: 'EUR' });
const american = createFormats({ locale: 'en-US', zone: 'America/Los_Angeles', baseCurrency: 'USD' });

describe('money', () => {
  it('keeps every digit of an amount beyond the precision of floats', () => {
    expect(american.money('9007199254740993.01', 'USD')).toBe('$9,007,199,254,740,993.01');
  });

  it('writes amounts as the locale does', () => {
    expect(german.money('1234.5', 'EUR').replace(/\s/g, ' ')).toBe('1.234,50 €');
    expect(american.money('1200', 'EUR')).toBe('€1,200');
  });

  it('sets the percent sign as the locale does', () => {
    expect(american.percent(25)).toBe('25%');
    expect(german.percent(12.5).replace(/\s/g, ' ')).toBe('12,5 %');
  });

  it('uses the base currency if none is given and accepts an unknown code', () => {
    expect(american.money('5')).toBe('$5');
    expect(american.money('5', 'not a code')).toBe('5 not a code');
  });
});

it('shows numbers and percentages with all their decimals', () => {
  expect(american.number('1.0812345678')).toBe('1.0812345678');
  expect(american.number('90071992547409.93')).toBe('90,071,992,547,409.93');
  expect(american.percent('7.25')).toBe('7.25%');
  expect(german.percent(25)).toBe('25\u00a0%');
});

describe('dates', () => {
  it('shows a plain date as the same day in every zone, and an instant in the company’s zone', () => {
    expect(american.date('2026-03-01')).toBe('Mar 1, 2026');
    expect(american.instantDay('2026-03-01T03:00:00Z')).toBe('Feb 28, 2026');
    expect(german.instantDay('2026-03-01T03:00:00Z')).toBe('01.03.2026');
  });

  it('determines today in the company’s zone', () => {
    const now = new Date('2026-03-01T03:00:00Z');
    expect(american.today(now)).toBe('2026-02-28');
    expect(german.today(now)).toBe('2026-03-01');
  });
});
