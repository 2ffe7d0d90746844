import { compare, divide, multiply, RATE_SCALE, rescale } from '@pellucid/platform/money';
import type { ExchangeRate } from '../exchange-rates.repository.js';

/** Largest rate that can be stored. */
const LARGEST_RATE = '900000';

/**
 * Converts exchange rates to another base currency: each currency's worth in the new base, on every day on which its
 * own rate or that of the new base changed. The new base itself needs no rate; the old one gets its own.
 * @param rates to the old base
 * @returns rates in the order of currency and day; days before the first rate of the new base are left out
 */
export function turnedRates(rates: ExchangeRate[], from: string, to: string): ExchangeRate[] {
  const byCurrency = Map.groupBy(rates, ({ currency }) => currency);
  const ofNewBase = inOrder(byCurrency.get(to) ?? []);
  const turned: ExchangeRate[] = [];
  const add = (currency: string, date: string, worth: string, base: string) =>
    turned.push({ currency, date, rate: divide(worth, base, RATE_SCALE, 'halfUp') });
  for (const { date, rate } of ofNewBase) add(from, date, '1', rate);
  for (const [currency, own] of byCurrency) {
    if (currency === to || currency === from) continue;
    const ordered = inOrder(own);
    const days = [...new Set([...ordered, ...ofNewBase].map(({ date }) => date))].sort();
    for (const day of days) {
      const [worth, base] = [inForce(ordered, day), inForce(ofNewBase, day)];
      if (worth && base) add(currency, day, worth.rate, base.rate);
    }
  }
  return turned.sort((a, b) => (a.currency + a.date < b.currency + b.date ? -1 : 1));
}

/** Converts what a unit was worth in one base currency to another. */
export function turnedRate(rate: string, worthOfBase: string): string {
  return rescale(multiply(rate, worthOfBase), RATE_SCALE, 'halfUp');
}

/** Whether a rate can be stored: neither rounded to zero nor too large. */
export function isStorableRate(rate: string): boolean {
  return compare(rate, '0') > 0 && compare(rate, LARGEST_RATE) <= 0;
}

const inOrder = (rates: ExchangeRate[]) => rates.toSorted((a, b) => (a.date < b.date ? -1 : 1));
const inForce = (ordered: ExchangeRate[], day: string) => ordered.findLast(({ date }) => date <= day);
