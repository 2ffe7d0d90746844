import { describe, expect, it } from 'vitest';
import type { Stage, StageTotal } from './api/pipelines';
import {
  type DealPages,
  dealsOf,
  isOverdue,
  shiftTotals,
  verbBetween,
  withDeal,
  withoutDeal,
} from './board-deals';

const deal = (id: string) => ({ id, version: 1 });
const page = (...ids: string[]) => ({ data: ids.map(deal), page: { nextCursor: null, hasMore: false } });
const pages = (...rows: string[][]): DealPages => ({
  pages: rows.map((ids) => page(...ids)),
  pageParams: rows.map(() => undefined),
});
const ids = (data: DealPages) => dealsOf(data).map(({ id }) => id);
const stage = (id: string, category: Stage['category']): Stage => ({ id, name: id, category, position: 0 });

describe('a column of deals', () => {
  it('returns a deal’s position, so that a refused move can restore it', () => {
    const before = pages(['a', 'b'], ['c', 'd']);
    const { data, index } = withoutDeal(before, 'c');
    expect(ids(data)).toEqual(['a', 'b', 'd']);
    expect(ids(withDeal(data, deal('c'), index))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('never contains a deal twice', () => {
    expect(ids(withDeal(pages(['a', 'b']), deal('b'), 0))).toEqual(['b', 'a']);
  });

  it('treats a position past its end as the end', () => {
    expect(ids(withDeal(pages(['a'], []), deal('b'), 99))).toEqual(['a', 'b']);
  });

  it('doesn’t change the given pages', () => {
    const before = pages(['a']);
    withDeal(before, deal('b'), 0);
    expect(ids(before)).toEqual(['a']);
  });
});

describe('totals', () => {
  const totals: StageTotal[] = [
    { stage: stage('x', 'open'), count: 2, amount: '100.10', currency: 'USD' },
    { stage: stage('y', 'won'), count: 0, amount: '0.00', currency: 'USD' },
  ];

  it('follow a moved deal to the cent, and return to their former values', () => {
    const moved = shiftTotals(totals, 'x', 'y', '33.35');
    expect(moved.map(({ count, amount }) => [count, amount])).toEqual([
      [1, '66.75'],
      [1, '33.35'],
    ]);
    expect(shiftTotals(moved, 'y', 'x', '33.35')).toEqual(totals);
  });

  it('stay withheld, but still count deals', () => {
    const withheld = totals.map((total) => ({ ...total, amount: null }));
    expect(shiftTotals(withheld, 'x', 'y', '0').map(({ count, amount }) => [count, amount])).toEqual([
      [1, null],
      [1, null],
    ]);
  });
});

describe('the move between two stages', () => {
  const [open, other, won, lost] = [
    stage('1', 'open'),
    stage('2', 'open'),
    stage('3', 'won'),
    stage('4', 'lost'),
  ];

  it('is the verb of the target', () => {
    expect(verbBetween(open, other)).toBe('move');
    expect(verbBetween(open, won)).toBe('win');
    expect(verbBetween(open, lost)).toBe('lose');
    expect(verbBetween(won, open)).toBe('reopen');
  });

  it('is impossible between won and lost, and to the same stage', () => {
    expect(verbBetween(won, lost)).toBeUndefined();
    expect(verbBetween(open, open)).toBeUndefined();
  });
});

describe('overdue', () => {
  it('is an open deal with a close date before today, and no other', () => {
    const due = { ...deal('a'), closeDate: '2026-03-01' };
    expect(isOverdue(due, { category: 'open' }, '2026-03-02')).toBe(true);
    expect(isOverdue(due, { category: 'open' }, '2026-03-01')).toBe(false);
    expect(isOverdue(due, { category: 'won' }, '2026-03-02')).toBe(false);
    expect(isOverdue(deal('b'), { category: 'open' }, '2026-03-02')).toBe(false);
  });
});
