import type { SettingsCheck } from '@pellucid/platform/tenancy';

export const BASE_CURRENCY_CHECK = 'opportunities.base-currency';

/**
 * Amounts in the base currency would be wrong after changing it through the settings, so that is refused: the change
 * that recalculates them must be used.
 */
export const baseCurrencyCheck: SettingsCheck = {
  name: BASE_CURRENCY_CHECK,
  async check(uow, before, after) {
    if (before.baseCurrency === after.baseCurrency) return [];
    const [found] = await uow.run<{ kept: boolean }>({
      text: `select exists (select 1 from opportunity where rate is not null or base_amount is not null)
               or exists (select 1 from account where annual_revenue is not null)
               or exists (select 1 from exchange_rate)
               or exists (select 1 from base_currency_change where state = 'running') as kept`,
    });
    if (!found!.kept) return [];
    return [
      {
        pointer: '/baseCurrency',
        code: 'baseCurrencyInUse',
        message: `There are amounts or exchange rates in ${before.baseCurrency}. Change the base currency with POST /settings/base-currency, which recalculates them.`,
      },
    ];
  },
};
