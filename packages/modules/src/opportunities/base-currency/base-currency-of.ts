import { currentContext } from '@pellucid/platform/context';
import type { WriteBatch } from '@pellucid/platform/records';

/**
 * Returns the base currency that applies in the transaction of the write. The snapshot may be a second old, so if the
 * transaction has seen newer settings, they are read.
 */
export async function baseCurrencyOf(batch: WriteBatch): Promise<string> {
  const { snapshot } = batch;
  const observed = currentContext().observedAccessVersion;
  if (observed === null || observed === snapshot.version) return snapshot.settings.baseCurrency;
  const [row] = await batch.uow.run<{ base: string }>({
    text: 'select base_currency as base from tenant_setting',
  });
  return row?.base ?? snapshot.settings.baseCurrency;
}

/** A currency and the day for which its rate is needed. */
export interface RateWish {
  currency: string;
  date: string;
}

/**
 * Returns the rates in force in the order requested, with the base currency that they convert to. Both are read at the
 * same moment, because a change of the base currency converts the rates.
 */
export async function ratesInForce(
  batch: WriteBatch,
  wishes: RateWish[],
): Promise<{ base: string; rates: (string | null)[] }> {
  const found = await batch.uow.run<{ base: string; rate: string | null }>({
    text: `select (select s.base_currency from tenant_setting s) as base,
             (select e.rate::text from exchange_rate e where e.currency = w.currency and e.date <= w.date order by e.date desc limit 1) as rate
             from unnest($1::text[], $2::date[]) with ordinality as w(currency, date, nth) order by w.nth`,
    values: [wishes.map((w) => w.currency), wishes.map((w) => w.date)],
  });
  return {
    base: found[0]?.base ?? batch.snapshot.settings.baseCurrency,
    rates: found.map(({ rate }) => rate),
  };
}
