import { REQUIRABLE_FIELDS, type StageCategory } from '@pellucid/modules/pipelines';
import { describe, expect, it } from 'vitest';
import { opportunityRecord } from './opportunities.record.js';
import { composeName, lineAmount, refuseTransition, type StageVerb, verbOf } from './opportunities.rules.js';

describe('transitions', () => {
  const categories: StageCategory[] = ['open', 'won', 'lost'];
  const verbs: (StageVerb | undefined)[] = [undefined, 'moved', 'won', 'lost', 'reopened'];
  const allowed = new Set([
    'open→open by undefined',
    'open→won by undefined',
    'open→lost by undefined',
    'open→open by moved',
    'open→open by won',
    'open→won by won',
    'open→lost by won',
    'open→open by lost',
    'open→won by lost',
    'open→lost by lost',
    'won→open by reopened',
    'won→won by reopened',
    'won→lost by reopened',
    'lost→open by reopened',
    'lost→won by reopened',
    'lost→lost by reopened',
  ]);

  it('let open deals go anywhere and closed ones only be reopened', () => {
    const found = categories.flatMap((from) =>
      categories.flatMap((to) =>
        verbs.flatMap((verb) => (refuseTransition(from, to, verb) ? [] : [`${from}→${to} by ${verb}`])),
      ),
    );
    expect(found.sort()).toEqual([...allowed].sort());
  });

  it('are named after their target', () => {
    expect(verbOf('open', 'open')).toBe('moved');
    expect(verbOf('open', 'won')).toBe('won');
    expect(verbOf('won', 'open')).toBe('reopened');
  });
});

describe('names', () => {
  it('are composed from the available parts', () => {
    expect(composeName('Acme', 'GTX Pro')).toBe('Acme – GTX Pro');
    expect(composeName(undefined, 'GTX Pro')).toBe('GTX Pro');
    expect(composeName('Acme', undefined)).toBe('Acme');
    expect(composeName(undefined, undefined)).toBe('Opportunity');
  });
});

describe('amounts', () => {
  it('of lines are quantity × price less the discount', () => {
    expect(lineAmount('3', '19.99', '10', 'USD')).toBe('53.97');
    expect(lineAmount('0.5', '0.01', '0', 'USD')).toBe('0.01');
    expect(lineAmount('2', '10', '100', 'USD')).toBe('0');
  });
});

it('each field that a stage may require is a field of deals', () => {
  for (const { value } of REQUIRABLE_FIELDS) expect(opportunityRecord.byKey.has(value), value).toBe(true);
});
