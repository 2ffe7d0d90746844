import { dayAt, formatDay } from '@pellucid/conditions';
import { compare, convertAmount } from '@pellucid/platform/money';
import type { WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { baseCurrencyOf, type RateWish, ratesInForce } from './base-currency/base-currency-of.js';
import { turnedRate } from './base-currency/turned-rates.rules.js';
import { composeName, isBlank } from './opportunities.rules.js';

/**
 * Names and amounts of deals: unnamed deals are named after account and product, and amounts are also stored in the
 * base currency.
 */
export const valueParticipant: WriteParticipant = {
  name: 'opportunities.value',
  objects: ['opportunity'],
  phase: 'derivations',
  order: 110,
  async run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    const rows = batch.rows.filter((r) => r.ok);
    for (const row of rows) if (batch.mode !== 'undo') nameDeal(row);
    await setRates(batch, rows);
    for (const row of rows) setBaseAmount(row);
  },
};

const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:opportunities');

function nameDeal(row: WriteRow): void {
  const given = row.given['name'];
  if (
    given !== undefined &&
    !isBlank(given) &&
    (row.before === null || row.changed('name') || !row.sees('name'))
  ) {
    derive(row, 'nameComposed', false);
    return;
  }
  if (given !== undefined && isBlank(given)) derive(row, 'nameComposed', true);
  if (row.before === null && isBlank(row.after['name'])) derive(row, 'nameComposed', true);
  const stale =
    row.before === null || given !== undefined || row.changed('account') || row.changed('product');
  if (row.after['nameComposed'] === true && stale)
    derive(row, 'name', composeName(row.names['account'], row.names['product']));
}

/** A deal's values before its rate is determined. */
interface Unrated {
  row: WriteRow;
  rate: string | null;
  rateDate: string | null;
  /** The base currency that the rate converts to. */
  keptIn: string;
}

/** Why a deal needs a rate: for its own amount, or to convert its rate to another base currency. */
interface Need extends RateWish {
  row: WriteRow;
  turns?: { rate: string; from: string };
}

/**
 * Sets the rates of deals in foreign currencies, from the rates in force on their day, with one statement for the
 * batch. Deals keep their rate; if the base currency has changed since, it is converted to the new one.
 */
async function setRates(batch: WriteBatch, rows: WriteRow[]): Promise<void> {
  let base = await baseCurrencyOf(batch);
  const unrated = rows.map(
    (row): Unrated => ({
      row,
      rate: (row.after['rate'] as string | null | undefined) ?? null,
      rateDate: (row.after['rateDate'] as string | null | undefined) ?? null,
      keptIn: (row.before?.state['baseCurrency'] as string | null | undefined) ?? base,
    }),
  );
  let needs = unrated.flatMap((one) => decide(batch, one, base));
  if (!needs.length) return;
  let found = await ratesInForce(batch, needs);
  if (found.base !== base) {
    // The base currency changed at this moment, so decisions based on the earlier one are repeated.
    base = found.base;
    needs = unrated.flatMap((one) => decide(batch, one, base));
    if (!needs.length) return;
    found = await ratesInForce(batch, needs);
  }
  for (const [i, { row, currency, date, turns }] of needs.entries()) {
    const rate = found.rates[i] ?? null;
    if (turns) turn(row, turns, currency, date, rate, base);
    else if (rate === null && !seesCurrency(row)) continue;
    else if (rate === null)
      row.refuse(
        'rate',
        'rateMissing',
        `There is no exchange rate of ${currency} to ${base} for ${date}. Add one under exchange rates or enter "Exchange rate".`,
        { currency, baseCurrency: base, date },
      );
    else {
      derive(row, 'rate', rate);
      derive(row, 'rateDate', date);
    }
  }
}

/**
 * Whether the author may know which currency the deal is in. A refusal for want of a rate would tell others, so their
 * amount is stored without one, as that of a deal whose rate is not known yet.
 */
const seesCurrency = (row: WriteRow) => row.asked.has('currency') || row.sees('currency');

/** Sets the amounts that need no exchange rate; returns the rates that are needed for the others. */
function decide(batch: WriteBatch, { row, rate, rateDate, keptIn }: Unrated, base: string): Need[] {
  const today = formatDay(dayAt(batch.now.getTime(), batch.snapshot.settings.zone));
  for (const [key, value] of Object.entries({ rate, rateDate, baseCurrency: base })) derive(row, key, value);
  const currency = (row.after['currency'] as string | null) ?? base;
  if (currency === base) {
    derive(row, 'rate', row.after['amount'] === null ? null : '1');
    derive(row, 'rateDate', null);
    return [];
  }
  const closed = row.after['closeDate'] as string | null;
  const day = closed && closed < today ? closed : today;
  const given = row.given['rate'] !== undefined && row.given['rate'] !== null;
  if (given && rate !== null && compare(rate, '0') === 0)
    row.refuse('rate', 'tooSmall', '"Exchange rate" must be more than 0.');
  if (given) {
    derive(row, 'rateDate', row.after['rateDate'] ?? today);
    return [];
  }
  const keeps =
    row.before !== null && !row.changed('currency') && rate !== null && row.given['rateDate'] === undefined;
  if (keeps && keptIn !== base)
    return [{ row, currency: keptIn, date: rateDate ?? day, turns: { rate, from: keptIn } }];
  if (keeps) return [];
  if (row.after['amount'] === null) {
    // A rate of the earlier currency does not apply to this one.
    if (row.before !== null && row.changed('currency')) {
      derive(row, 'rate', null);
      derive(row, 'rateDate', null);
    }
    return [];
  }
  // The rate of another day would be wrong, and that of the right day would reveal which day it is.
  if (row.before && !row.given['rateDate'] && !row.mayChange('closeDate') && !row.sees('closeDate')) {
    row.refuse(
      row.changed('currency') ? 'currency' : 'amount',
      'closeDateWithheld',
      'Your roles don\'t show you "Close date", which decides about the exchange rate, so you can\'t change this.',
    );
    return [];
  }
  return [{ row, currency, date: (row.given['rateDate'] as string | null | undefined) || day }];
}

/** Converts a rate to the base currency. Without a rate for the earlier base currency, the deal stays in that one. */
function turn(
  row: WriteRow,
  { rate, from }: { rate: string; from: string },
  currency: string,
  date: string,
  worth: string | null,
  base: string,
): void {
  if (worth === null) {
    derive(row, 'baseCurrency', from);
    return;
  }
  derive(row, 'baseCurrency', base);
  derive(row, 'rate', turnedRate(rate, worth));
  if (row.after['currency'] === currency) derive(row, 'rateDate', date);
}

function setBaseAmount(row: WriteRow): void {
  const amount = row.after['amount'] as string | null;
  const rate = row.after['rate'] as string | null;
  const base = row.after['baseCurrency'] as string;
  derive(row, 'baseAmount', amount === null || rate === null ? null : convertAmount(amount, rate, base));
  if (rate === null) derive(row, 'baseCurrency', null);
}
