import { isCurrency } from '@pellucid/platform/money';
import { dayText, freeText, givenText, idParams } from '@pellucid/platform/http';
import { accessMeta, decimalInput } from '@pellucid/platform/records';
import { z } from 'zod';

const uuid = idParams.shape.id;
const reason = givenText(255, 'enter a reason');

/** Body of /move. */
export const moveBody = z.strictObject({ stage: uuid }).meta({ id: 'OpportunityMove' });
/** Body of /win. */
export const winBody = z
  .strictObject({ closeDate: dayText.nullish(), reason: freeText(255).nullish() })
  .default({})
  .meta({ id: 'OpportunityWin' });
/** Body of /lose. */
export const loseBody = z
  .strictObject({ reason, closeDate: dayText.nullish() })
  .meta({ id: 'OpportunityLose' });
/** Body of /reopen. */
export const reopenBody = z
  .strictObject({ stage: uuid.nullish() })
  .default({})
  .meta({ id: 'OpportunityReopen' });

const reference = z.object({ id: z.uuid(), name: z.string() });
const category = z.enum(['open', 'won', 'lost']);

/** Response of /stage-history. */
export const stageHistorySchema = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid(),
        stage: z.object({ id: z.uuid(), name: z.string(), category: category.optional() }),
        enteredAt: z.iso.datetime().nullable().meta({
          description: 'Null where it was concluded from a date that the caller does not see.',
        }),
        leftAt: z.iso.datetime().nullable(),
        actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().optional() }),
        inferred: z.boolean().meta({ description: 'Estimated from the dates of an imported opportunity.' }),
        imported: z
          .boolean()
          .meta({ description: 'Recorded by the system that the opportunity comes from.' }),
      }),
    ),
    meta: accessMeta.optional(),
  })
  .meta({
    id: 'StageHistory',
    description:
      'Empty where the stage of the opportunity is withheld: see `meta.access`. Names that are withheld are empty.',
  });

/** Response of /pipelines/{id}/totals. */
export const totalsSchema = z
  .object({
    data: z.array(
      z.object({
        stage: z.object({
          id: z.uuid(),
          name: z.string(),
          category: category.optional(),
          position: z.int().meta({ description: 'Place among the stages listed, from 0.' }),
        }),
        count: z.int(),
        amount: z.string().optional(),
        currency: z.string(),
      }),
    ),
    total: z.object({ count: z.int(), amount: z.string().optional(), currency: z.string() }),
    meta: accessMeta.optional(),
  })
  .meta({
    id: 'PipelineTotals',
    description:
      'Sums are in the base currency, and left out where single amounts are withheld: see `meta.access`.',
  });

/** Query parameters of /pipelines/{id}/totals. */
export const totalsQuery = z.strictObject({
  filter: z.string().optional().meta({ description: 'Condition tree as JSON.' }),
  q: z.string().max(200).optional(),
});

/** Response of /lines. */
export const linesSchema = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid(),
        product: reference.nullable(),
        quantity: z.string().nullable(),
        unitPrice: z.string().nullable(),
        discount: z.string().nullable().meta({ description: 'Percent.' }),
        amount: z.string().nullable(),
      }),
    ),
    total: z.string().nullable(),
    currency: z.string().nullable(),
    version: z.int().meta({ description: 'Version of the opportunity, for `If-Match`.' }),
    meta: accessMeta.optional(),
  })
  .meta({
    id: 'OpportunityLines',
    description:
      'Empty where the product of the opportunity is withheld, without prices where its amount is: see `meta.access`.',
  });

/** Body of PUT /lines. */
export const linesBody = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          id: uuid.optional().meta({
            description: 'Of a line that is there already, to keep it. Without one, the line is new.',
          }),
          product: uuid.optional().meta({ description: 'Required for a new line.' }),
          quantity: decimalInput().optional().meta({ description: '1 by default.' }),
          unitPrice: decimalInput().nullish(),
          discount: decimalInput().optional().meta({ description: 'Percent, 0 by default.' }),
        }),
      )
      .max(500),
  })
  .meta({ id: 'OpportunityLinesInput' });

const currency = z.string().refine(isCurrency, 'must be an ISO 4217 currency code such as EUR');

/** Query parameters of GET /exchange-rates. */
export const ratesQuery = z.strictObject({ currency: currency.optional() });

const rate = z.object({ currency: z.string(), date: z.iso.date(), rate: z.string() });

/** Response of /exchange-rates. */
export const ratesSchema = z
  .object({ baseCurrency: z.string(), data: z.array(rate) })
  .meta({ id: 'ExchangeRates' });

/** Body of PUT /exchange-rates. */
export const ratesBody = z
  .strictObject({
    rates: z
      .array(
        z.strictObject({
          currency,
          date: dayText,
          rate: decimalInput().meta({ description: 'More than 0, at most 10 decimals.' }),
        }),
      )
      .min(1)
      .max(1000),
  })
  .meta({ id: 'ExchangeRatesInput' });
