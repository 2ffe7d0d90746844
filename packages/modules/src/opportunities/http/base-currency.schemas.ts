import { isCurrency } from '@pellucid/platform/money';
import { z } from 'zod';

const currency = z.string().refine(isCurrency, 'must be an ISO 4217 currency code such as EUR');

/** Query parameters of GET /settings/base-currency/preview. */
export const baseCurrencyQuery = z.strictObject({ to: currency });

/** Body of POST /settings/base-currency. */
export const baseCurrencyBody = z
  .strictObject({
    baseCurrency: currency,
    confirmed: z
      .literal(true, 'must be true: every amount in the base currency is recalculated')
      .meta({ description: 'Says that the preview was seen.' }),
  })
  .meta({ id: 'BaseCurrencyChangeInput' });

/** Response of GET and POST /settings/base-currency. */
export const baseCurrencyStateSchema = z
  .object({
    baseCurrency: z.string(),
    change: z
      .object({
        from: z.string(),
        to: z.string(),
        state: z.enum(['running', 'done']),
        total: z.int().meta({ description: 'Records to recalculate' }),
        done: z.int(),
        startedAt: z.string(),
        finishedAt: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'The last change; null where there was none' }),
  })
  .meta({ id: 'BaseCurrencyState' });

/** Response of GET /settings/base-currency/preview. */
export const baseCurrencyPreviewSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    opportunities: z.int().meta({ description: 'Opportunities with amounts, deleted ones too' }),
    accounts: z.int().meta({ description: 'Accounts with an annual revenue, deleted ones too' }),
    exchangeRates: z.int(),
    missingRates: z
      .array(z.object({ currency: z.string(), date: z.iso.date() }))
      .meta({ description: 'Rates to the present base currency that have to hold from that day on' }),
    roles: z.array(z.string()).meta({
      description:
        'Roles with conditions that compare such amounts. Their numbers stay as they are: check them. Empty without the right to manage roles.',
    }),
  })
  .meta({ id: 'BaseCurrencyPreview' });
