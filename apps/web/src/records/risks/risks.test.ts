import { type Condition, evaluate, type FieldType } from '@pellucid/conditions';
import { expect, test } from 'vitest';
import type { RecordData } from '../object-description';
import { RISKS, riskCondition, type RiskLimits, risksOf } from './risks';

const NOW = Date.parse('2030-03-31T22:30:00Z');
const limits: RiskLimits = {
  zone: 'Europe/Berlin',
  inactiveAfterDays: 10,
  stages: [
    { id: 'quick', name: 'Quick', isOpen: true, stuckAfterDays: 3 },
    { id: 'slow', name: 'Slow', isOpen: true, stuckAfterDays: 30 },
    { id: 'free', name: 'Free', isOpen: true, stuckAfterDays: undefined },
    { id: 'won', name: 'Won', isOpen: false, stuckAfterDays: undefined },
  ],
};
const deal = (values: Record<string, unknown>): RecordData =>
  ({ id: 'deal', version: 1, ...values }) as RecordData;
const at = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

test('reasons say how long it has been, in days of the company', () => {
  const stuck = deal({
    stage: { id: 'quick', name: 'Quick' },
    // In Berlin, it is the first of April already.
    stageSince: '2030-03-27T21:59:00Z',
    closeDate: '2030-03-30',
    hasNextActivity: false,
    lastActivityAt: null,
    createdAt: '2030-03-21T08:00:00Z',
  });
  expect(risksOf(stuck, limits, NOW)).toEqual([
    { kind: 'late', days: 2 },
    { kind: 'stuck', days: 5, stage: 'Quick', usual: 3 },
    { kind: 'unplanned' },
    { kind: 'inactive', days: 11 },
  ]);
});

test('nothing is said of closed deals, and of what the user does not see', () => {
  const late = { closeDate: '2030-01-01', hasNextActivity: false };
  expect(risksOf(deal({ ...late, stage: { id: 'won', name: 'Won' } }), limits, NOW)).toEqual([]);
  expect(risksOf(deal(late), limits, NOW)).toEqual([]);
  const withheld = deal({ stage: { id: 'quick', name: 'Quick' }, createdAt: at(99) });
  expect(risksOf(withheld, limits, NOW)).toEqual([]);
});

test('what is said of a deal is what its filters find', () => {
  const days = [0, 2, 3, 4, 10, 11, 30, 31];
  let found = 0;
  for (const id of ['quick', 'slow', 'free', 'won'])
    for (const since of days)
      for (const last of [null, ...days]) {
        const stage = limits.stages.find((each) => each.id === id)!;
        const values = {
          stageSince: at(since),
          createdAt: at(since),
          lastActivityAt: last === null ? null : at(last),
          closeDate: at(since - 1).slice(0, 10),
          hasNextActivity: since % 2 === 0,
        };
        const kinds = risksOf(deal({ ...values, stage: { id, name: stage.name } }), limits, NOW).map(
          ({ kind }) => kind,
        );
        found += kinds.length;
        const state = {
          ...values,
          stage: { category: stage.isOpen ? 'open' : 'won', stuckAfterDays: stage.stuckAfterDays ?? null },
        };
        const matching = RISKS.filter((kind) => matches(riskCondition(kind, limits)!, state));
        expect(matching, JSON.stringify({ id, since, last })).toEqual(kinds);
      }
  expect(found).toBeGreaterThan(100);
});

const TYPES: Record<string, FieldType> = {
  'stage.category': 'text',
  'stage.stuckAfterDays': 'number',
  closeDate: 'date',
  hasNextActivity: 'boolean',
};

function matches(condition: Condition, state: Record<string, unknown>): boolean {
  const field = (path: string[]) => {
    const key = path.join('.');
    return { key, type: TYPES[key] ?? ('datetime' as const) };
  };
  return evaluate(condition, state, { field }, { now: new Date(NOW), zone: limits.zone });
}
