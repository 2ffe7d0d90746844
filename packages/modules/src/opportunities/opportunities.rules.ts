import { isBlankText } from '@pellucid/conditions';
import type { StageCategory } from '@pellucid/modules/pipelines';
import { currencyDigits } from '@pellucid/platform/money';
import { Decimal } from 'decimal.js';

/** A decimal type of its own: settings of others do not reach the money. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

/** What a deal is called when nobody named it. */
export function composeName(account: string | undefined, product: string | undefined): string {
  return [account, product].filter(Boolean).join(' – ') || 'Opportunity';
}

/** Verbs of events that move a deal. */
export type StageVerb = 'moved' | 'won' | 'lost' | 'reopened';

/** Why a deal may not go from one stage to the next. */
export interface Refusal {
  code: 'closedDeal' | 'notClosed' | 'useWinOrLose';
  message: string;
}

/**
 * Whether a deal may go on. From open to anything, by `moved` only to open; from won and lost only by `reopened`.
 * @param from category before
 * @param to category after
 * @param verb the verb asked for; undefined for a plain change of the field
 */
export function refuseTransition(
  from: StageCategory,
  to: StageCategory,
  verb: StageVerb | undefined,
): Refusal | undefined {
  if (verb === 'reopened')
    return from === 'open'
      ? {
          code: 'notClosed',
          message: 'This opportunity is open. You can only reopen won or lost opportunities.',
        }
      : undefined;
  if (from !== 'open')
    return { code: 'closedDeal', message: `This opportunity is already ${from}. Reopen it first.` };
  if (verb === 'moved' && to !== 'open')
    return { code: 'useWinOrLose', message: 'This stage closes the opportunity. Use /win or /lose.' };
  return undefined;
}

/** The verb that tells what a change of stage was. */
export function verbOf(from: StageCategory, to: StageCategory): StageVerb {
  if (to === 'open') return from === 'open' ? 'moved' : 'reopened';
  return to;
}

/** amount × rate, in decimal arithmetic, rounded half up to the decimals of the currency it is in then. */
export function convert(amount: string, rate: number | string, currency: string): string {
  return new Exact(amount).times(new Exact(rate)).toDecimalPlaces(currencyDigits(currency)).toFixed();
}

/** A line's amount: quantity × unit price less the discount in percent, rounded half up to the currency's decimals. */
export function lineAmount(
  quantity: string,
  unitPrice: string,
  discountPercent: string,
  currency: string,
): string {
  return new Exact(quantity)
    .times(unitPrice)
    .times(new Exact(100).minus(discountPercent))
    .dividedBy(100)
    .toDecimalPlaces(currencyDigits(currency))
    .toFixed();
}

/** Sum of amounts. */
export function sumOf(amounts: string[]): string {
  return amounts.reduce((sum, a) => sum.plus(a), new Exact(0)).toFixed();
}

/** Whether a field has no value. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
}
