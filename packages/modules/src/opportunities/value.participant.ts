import { dayAt, formatDay } from '@pellucid/conditions';
import type { WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { composeName, convert, isBlank } from './opportunities.rules.js';

/** Name and amounts of deals: what nobody named is named after account and product, amounts are given in base currency too. */
export const valueParticipant: WriteParticipant = {
  name: 'opportunities.value',
  objects: ['opportunity'],
  order: 110,
  async beforeSave(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    const rows = batch.rows.filter((r) => r.ok);
    for (const row of rows) if (batch.mode !== 'undo') nameDeal(row);
    await setRates(batch, rows);
    for (const row of rows) setBaseAmount(batch, row);
  },
};

function nameDeal(row: WriteRow): void {
  const given = row.given['name'];
  // The product itself (a renamed account, say) names deals together with the mark that it did.
  if (row.given['nameComposed'] === true && !isBlank(given)) return;
  if (
    given !== undefined &&
    !isBlank(given) &&
    (row.before === null || row.changed('name') || !row.sees('name'))
  ) {
    row.after['nameComposed'] = false;
    return;
  }
  if (given !== undefined && isBlank(given)) row.after['nameComposed'] = true;
  if (row.before === null && isBlank(row.after['name'])) row.after['nameComposed'] = true;
  const stale =
    row.before === null || given !== undefined || row.changed('account') || row.changed('product');
  if (row.after['nameComposed'] === true && stale)
    row.after['name'] = composeName(row.names['account'], row.names['product']);
}

/** Rates of deals in foreign currency, from the rates in force on their day; one statement for the batch. */
async function setRates(batch: WriteBatch, rows: WriteRow[]): Promise<void> {
  const { baseCurrency, zone } = batch.snapshot.settings;
  const today = formatDay(dayAt(batch.now.getTime(), zone));
  const missing: { row: WriteRow; currency: string; date: string }[] = [];
  for (const row of rows) {
    const currency = (row.after['currency'] as string | null) ?? baseCurrency;
    if (currency === baseCurrency) {
      row.after['rate'] = row.after['amount'] === null ? null : 1;
      row.after['rateDate'] = null;
      continue;
    }
    const given = row.given['rate'] !== undefined && row.given['rate'] !== null;
    if (given && row.after['rate'] === 0)
      row.refuse('rate', 'tooSmall', '"Exchange rate" must be more than 0.');
    if (given) {
      row.after['rateDate'] ??= today;
      continue;
    }
    const keeps =
      row.before !== null &&
      !row.changed('currency') &&
      !isBlank(row.after['rate']) &&
      row.given['rateDate'] === undefined;
    if (keeps || row.after['amount'] === null) continue;
    // The rate of another day would be wrong, and that of the right day would tell which day it is.
    if (row.before && !row.given['rateDate'] && !row.changed('closeDate') && !row.sees('closeDate')) {
      row.refuse(
        row.changed('currency') ? 'currency' : 'amount',
        'closeDateWithheld',
        'Your roles don\'t show you "Close date", which decides about the exchange rate, so you can\'t change this.',
      );
      continue;
    }
    const closed = row.after['closeDate'] as string | null;
    const date = row.given['rateDate']
      ? (row.given['rateDate'] as string)
      : closed && closed < today
        ? closed
        : today;
    missing.push({ row, currency, date });
  }
  if (!missing.length) return;
  const found = await batch.uow.run({
    text: `select (select e.rate::text from exchange_rate e where e.currency = w.currency and e.date <= w.date order by e.date desc limit 1) as rate
             from unnest($1::text[], $2::date[]) with ordinality as w(currency, date, nth) order by w.nth`,
    values: [missing.map((m) => m.currency), missing.map((m) => m.date)],
  });
  for (const [i, { row, currency, date }] of missing.entries()) {
    const rate = (found[i] as { rate: string | null }).rate;
    if (rate === null)
      row.refuse(
        'rate',
        'rateMissing',
        `There is no exchange rate of ${currency} to ${baseCurrency} for ${date}: add one under exchange rates, or give "Exchange rate".`,
        { currency, baseCurrency, date },
      );
    else {
      row.after['rate'] = Number(rate);
      row.after['rateDate'] = date;
    }
  }
}

function setBaseAmount(batch: WriteBatch, row: WriteRow): void {
  const amount = row.after['amount'] as string | null;
  const rate = row.after['rate'] as number | null;
  row.after['baseAmount'] =
    amount === null || rate === null ? null : convert(amount, rate, batch.snapshot.settings.baseCurrency);
}
