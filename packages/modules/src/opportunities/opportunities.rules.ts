import { isBlankText } from '@pellucid/conditions';
import type { StageCategory } from '@pellucid/modules/pipelines';
import { multiply, percentage, roundAmount, subtract } from '@pellucid/platform/money';

/** Returns the name of a deal that nobody has named. */
export function composeName(account: string | undefined, product: string | undefined): string {
  return [account, product].filter(Boolean).join(' – ') || 'Opportunity';
}

/** Verbs of events that change a deal's stage. */
export type StageVerb = 'moved' | 'won' | 'lost' | 'reopened';

/** The action that each verb requires. */
export const ACTIONS = { moved: 'move', won: 'win', lost: 'lose', reopened: 'reopen' } as const;

/** Why a deal may not go from one stage to another. */
export interface Refusal {
  code: 'closedDeal' | 'notClosed' | 'useWinOrLose';
  message: string;
}

/**
 * Checks a change of stage. An open deal may go to any stage, but by `moved` only to an open one; a won or lost deal
 * changes only by `reopened`.
 * @param from category before
 * @param to category after
 * @param verb the requested verb; undefined for a plain change of the field
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

/** Returns the verb that describes a change of stage. */
export function verbOf(from: StageCategory, to: StageCategory): StageVerb {
  if (to === 'open') return from === 'open' ? 'moved' : 'reopened';
  return to;
}

/**
 * Returns a line's amount: quantity × unit price less the discount in percent, rounded half up to the currency's
 * decimals.
 */
export function lineAmount(
  quantity: string,
  unitPrice: string,
  discountPercent: string,
  currency: string,
): string {
  const full = multiply(quantity, unitPrice);
  return roundAmount(subtract(full, percentage(full, discountPercent)), currency);
}

/** Whether an amount has more digits than columns of amounts hold, with room for their sums. */
export function isTooLarge(amount: string): boolean {
  return amount.split('.')[0]!.length > 14;
}

/** Whether a field has no value. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
}
