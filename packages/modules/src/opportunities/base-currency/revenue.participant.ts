import { dayAt, formatDay } from '@pellucid/conditions';
import type { WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { convertAmount } from '@pellucid/platform/money';
import { baseCurrencyOf, ratesInForce } from './base-currency-of.js';

/** Stores on accounts which base currency their revenue is in, and converts it at the day's rate when that changes. */
export const revenueParticipant: WriteParticipant = {
  name: 'opportunities.revenue',
  objects: ['account'],
  phase: 'derivations',
  order: 110,
  async run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    const rows = batch.rows.filter((r) => r.ok && !isNone(r.after['annualRevenue']));
    for (const row of batch.rows) if (isNone(row.after['annualRevenue'])) set(row, 'baseCurrency', null);
    if (!rows.length) return;
    let base = await baseCurrencyOf(batch);
    const earlierOf = (row: (typeof rows)[number]) =>
      row.given['annualRevenue'] === undefined
        ? (row.before?.state['baseCurrency'] as string | null | undefined)
        : undefined;
    const old = rows.filter((row) => (earlierOf(row) ?? base) !== base);
    const rates = new Map<string, string>();
    if (old.length) {
      const date = formatDay(dayAt(batch.now.getTime(), batch.snapshot.settings.zone));
      const currencies = [...new Set(old.map((row) => earlierOf(row)!))];
      const found = await ratesInForce(
        batch,
        currencies.map((currency) => ({ currency, date })),
      );
      base = found.base;
      for (const [i, currency] of currencies.entries())
        if (found.rates[i]) rates.set(currency, found.rates[i]!);
    }
    for (const row of rows) {
      const earlier = earlierOf(row) ?? base;
      if (earlier === base) {
        set(row, 'baseCurrency', base);
        continue;
      }
      const rate = rates.get(earlier);
      set(row, 'baseCurrency', rate === undefined ? earlier : base);
      if (rate !== undefined)
        set(row, 'annualRevenue', convertAmount(row.after['annualRevenue'] as string, rate, base));
    }
  },
};

const set = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:opportunities');
const isNone = (value: unknown) => value === null || value === undefined;
