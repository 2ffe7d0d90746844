/** SQL that converts stored amounts by the company's exchange rates. */

/** Decimals of stored amounts; see ADR 5. */
const AMOUNT_SCALE = 4;

/** What amounts are converted to: placeholders of the base currency and of today, and the digits of that currency. */
export interface BaseCurrencySql {
  base: string;
  today: string;
  digits: number;
}

/**
 * Returns the SQL of a stored amount in the current base currency, as its recalculation will round it: half up. Null if
 * there is no rate.
 * @param alias of the row, which names in `base_currency` what its amount is in
 * @param column of the amount
 * @param day SQL of the day whose rate counts
 */
export function convertedSql(
  { alias, column, day }: { alias: string; column: string; day: string },
  { base, digits }: BaseCurrencySql,
): string {
  const amount = `${alias}.${column}`;
  return `case when ${alias}.base_currency = ${base} then ${amount} else round(${amount} * (
      select e.rate from exchange_rate e
       where e.currency = ${alias}.base_currency and e.date <= ${day}
       order by e.date desc limit 1), ${digits - AMOUNT_SCALE}) end`;
}
