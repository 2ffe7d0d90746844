import { expect, test } from 'vitest';
import { turnedRate, turnedRates } from './turned-rates.rules.js';

const rate = (currency: string, date: string, value: string) => ({ currency, date, rate: value });

test('rates are converted for every day on which the rate of the currency or of the new base changed', () => {
  const rates = [
    rate('EUR', '2026-01-01', '1.25'),
    rate('EUR', '2026-03-01', '1.6'),
    rate('GBP', '2026-02-01', '2'),
    rate('GBP', '2025-06-01', '1.5'),
  ];
  expect(turnedRates(rates, 'USD', 'EUR')).toEqual([
    rate('GBP', '2026-01-01', '1.2'),
    rate('GBP', '2026-02-01', '1.6'),
    rate('GBP', '2026-03-01', '1.25'),
    rate('USD', '2026-01-01', '0.8'),
    rate('USD', '2026-03-01', '0.625'),
  ]);
});

test('rates have ten decimals, half up', () => {
  expect(turnedRates([rate('EUR', '2026-01-01', '3')], 'USD', 'EUR')).toEqual([
    rate('USD', '2026-01-01', '0.3333333333'),
  ]);
  expect(turnedRate('1.5', '0.3333333333')).toBe('0.5');
});

test('without a rate of the new base nothing can be converted', () => {
  expect(turnedRates([rate('GBP', '2026-01-01', '1.5')], 'USD', 'EUR')).toEqual([]);
});
