import type { Condition } from '@pellucid/conditions';
import type { AssignmentRule, AssignmentSettings } from '@pellucid/platform/access';
import { expect, it } from 'vitest';
import { decide, fieldsAsked, type Ground, turnsAfter } from './decide.rules.js';
import { FIRST_TURN } from './turns.rules.js';

const is = (field: string, value: string): Condition => ({ field, op: 'eq', value });
const rule = (id: string, rest: Partial<AssignmentRule>): AssignmentRule => ({
  id,
  name: id,
  version: 1,
  condition: null,
  territory: null,
  target: { kind: 'team', team: 'sales', method: 'roundRobin' },
  ...rest,
});
const north = { id: 'north', name: 'North', condition: is('region', 'North'), team: 'northern' };
const south = { id: 'south', name: 'South', condition: is('region', 'South'), team: 'southern' };
const settings = (...rules: AssignmentRule[]): AssignmentSettings => ({ rules, territories: [north, south] });

function ground(state: Record<string, string>, more: Partial<Ground> = {}): Ground {
  return {
    holds: (condition) => 'field' in condition && state[condition.field as string] === condition.value,
    peopleOf: (team) => ({ sales: ['ann', 'bob'], northern: ['nora'], southern: ['sue'] })[team] ?? [],
    isActive: () => true,
    openOf: () => 0,
    turnOf: () => FIRST_TURN,
    ...more,
  };
}

const last = (all: ReturnType<typeof decide>) => all.at(-1)!;

it('lets the first rule decide that fits', () => {
  const hot = rule('hot', { condition: is('rating', 'Hot'), target: { kind: 'member', member: 'ann' } });
  const rest = rule('rest', { target: { kind: 'member', member: 'bob' } });
  expect(decide(settings(hot, rest), ground({ rating: 'Hot' })).map(({ owner }) => owner)).toEqual(['ann']);
  expect(decide(settings(hot, rest), ground({ rating: 'Cold' }))).toMatchObject([
    { outcome: 'unmet' },
    { outcome: 'fits', owner: 'bob' },
  ]);
});

it('sends records to the team of their territory', () => {
  const any = rule('any', { target: { kind: 'territory', method: 'roundRobin' } });
  expect(last(decide(settings(any), ground({ region: 'South' })))).toMatchObject({
    owner: 'sue',
    territory: south,
  });
  expect(last(decide(settings(any), ground({ region: 'East' }))).outcome).toBe('unmet');
});

it('takes a territory as a condition', () => {
  const only = rule('only', { territory: 'north', target: { kind: 'member', member: 'ann' } });
  expect(last(decide(settings(only), ground({ region: 'North' }))).owner).toBe('ann');
  expect(last(decide(settings(only), ground({ region: 'South' }))).outcome).toBe('unmet');
});

it('passes over who is inactive or at the limit, and goes on to the next rule if nobody is left', () => {
  const few = rule('few', { target: { kind: 'team', team: 'sales', method: 'load', limit: 5 } });
  const rest = rule('rest', { target: { kind: 'member', member: 'eve' } });
  const state = ground({}, { isActive: (id) => id !== 'ann', openOf: (id) => (id === 'bob' ? 5 : 0) });
  expect(decide(settings(few, rest), state)).toMatchObject([
    {
      outcome: 'nobody',
      passed: [
        { member: 'ann', reason: 'inactive' },
        { member: 'bob', reason: 'limit' },
      ],
    },
    { outcome: 'fits', owner: 'eve' },
  ]);
});

it('names the fields that decided', () => {
  const hot = rule('hot', { condition: is('rating', 'Hot') });
  const any = rule('any', { target: { kind: 'territory', method: 'roundRobin' } });
  const all = settings(hot, any);
  expect(fieldsAsked(decide(all, ground({ rating: 'Hot' })), all)).toEqual(['rating']);
  expect(fieldsAsked(decide(all, ground({ region: 'South' })), all)).toEqual(['rating', 'region']);
});

it('moves on only the rules whose turns were taken', () => {
  const all = settings(rule('one', {}));
  const verdict = last(decide(all, ground({})));
  const turns = turnsAfter(
    [verdict, { ...verdict, owner: 'bob' }, { ...verdict, outcome: 'nobody', owner: undefined! }],
    new Map(),
  );
  expect([...turns.keys()]).toEqual(['one']);
  expect(
    turnsAfter([{ ...verdict, rule: rule('two', { target: { kind: 'member', member: 'ann' } }) }], new Map())
      .size,
  ).toBe(0);
});
