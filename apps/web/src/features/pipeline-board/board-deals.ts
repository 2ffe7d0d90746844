import type { InfiniteData } from '@tanstack/react-query';
import { add, multiply } from '@pellucid/conditions/decimal';
import { formatAmount } from '@pellucid/conditions/locale-text';
import type { RecordPage } from '@/records/api/list-records';
import { isReference, type RecordData } from '@/records/object-description';
import type { Stage, StageTotal } from './api/pipelines';

export type DealPages = InfiniteData<RecordPage, unknown>;

/** The deals of all loaded pages. */
export function dealsOf(data: DealPages | undefined): RecordData[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}

/** Out: the pages without the deal, and its former position (-1 if it was not loaded). */
export function withoutDeal(data: DealPages, id: string): { data: DealPages; index: number } {
  const index = dealsOf(data).findIndex((deal) => deal.id === id);
  if (index < 0) return { data, index };
  const pages = data.pages.map((page) => ({ ...page, data: page.data.filter((deal) => deal.id !== id) }));
  return { data: { ...data, pages }, index };
}

/** Inserts a deal at a position counted over all pages. Removes an earlier entry with the same ID. */
export function withDeal(data: DealPages, deal: RecordData, index: number): DealPages {
  const pages = withoutDeal(data, deal.id).data.pages.map((page) => ({ ...page, data: [...page.data] }));
  let rest = Math.max(0, index);
  for (const [number, page] of pages.entries()) {
    if (rest <= page.data.length || number === pages.length - 1) {
      page.data.splice(Math.min(rest, page.data.length), 0, deal);
      break;
    }
    rest -= page.data.length;
  }
  return { ...data, pages };
}

/** A deal's amount in the base currency, or its own amount if the API returned no other. */
export function baseAmountOf(deal: RecordData): string {
  const amount = deal['baseAmount'] ?? deal['amount'];
  return typeof amount === 'string' && amount !== '' ? amount : '0';
}

/** Totals after one deal moved to another stage. */
export function shiftTotals(
  totals: StageTotal[],
  fromId: string,
  toId: string,
  amount: string,
): StageTotal[] {
  if (fromId === toId) return totals;
  // Withheld sums stay withheld.
  const plus = ({ amount: sum, currency }: StageTotal, more: string) =>
    sum === null ? null : formatAmount(add(sum, more), currency);
  return totals.map((total) => {
    if (total.stage.id === fromId) {
      return { ...total, count: total.count - 1, amount: plus(total, multiply(amount, '-1')) };
    }
    if (total.stage.id === toId) {
      return { ...total, count: total.count + 1, amount: plus(total, amount) };
    }
    return total;
  });
}

export type Verb = 'move' | 'win' | 'lose' | 'reopen';

/** The verb that moves a deal between two stages; undefined if a closed deal must be reopened first. */
export function verbBetween(from: Stage, to: Stage): Verb | undefined {
  if (from.id === to.id) return undefined;
  if (from.category !== 'open') return to.category === 'open' ? 'reopen' : undefined;
  if (to.category === 'won') return 'win';
  return to.category === 'lost' ? 'lose' : 'move';
}

/** ID of a deal's stage; undefined if the stage is withheld. */
export function stageIdOf(deal: RecordData): string | undefined {
  return isReference(deal['stage']) ? deal['stage'].id : undefined;
}

/** Whether the close date of an open deal has passed. In: `today` as "2026-03-01". */
export function isOverdue(deal: RecordData, stage: Pick<Stage, 'category'>, today: string): boolean {
  const closeDate = deal['closeDate'];
  return stage.category === 'open' && typeof closeDate === 'string' && closeDate.slice(0, 10) < today;
}

/** Background of buttons that win a deal. White text on it has a contrast of 5:1 in both schemes. */
export const WON_COLOR = '#1b7f4b';
