import { REQUIRABLE_FIELDS, type StageCategory } from '@pellucid/modules/pipelines';
import { toScaled } from '@pellucid/platform/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opportunityRecord } from './opportunities.record.js';
import {
  composeName,
  convert,
  lineAmount,
  refuseTransition,
  type StageVerb,
  sumOf,
  verbOf,
} from './opportunities.rules.js';

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
  it('are converted exactly and rounded half up to the decimals of the currency', () => {
    expect(convert('0.1', 3, 'USD')).toBe('0.3');
    expect(convert('1.005', 1, 'USD')).toBe('1.01');
    expect(convert('100', 151.235, 'JPY')).toBe('15124');
    expect(convert('999999999999999.99', 1, 'USD')).toBe('999999999999999.99');
    expect(convert('100', 0.0000237, 'USD')).toBe('0');
  });

  it('of lines are quantity × price less the discount', () => {
    expect(lineAmount('3', '19.99', '10', 'USD')).toBe('53.97');
    expect(lineAmount('0.5', '0.01', '0', 'USD')).toBe('0.01');
    expect(lineAmount('2', '10', '100', 'USD')).toBe('0');
  });

  it('add up like whole cents do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { maxLength: 40 }),
        (cents) => {
          const text = (c: bigint) =>
            `${c < 0n ? '-' : ''}${(c < 0n ? -c : c) / 100n}.${String((c < 0n ? -c : c) % 100n).padStart(2, '0')}`;
          const total = cents.reduce((a, b) => a + b, 0n);
          expect(toScaled(sumOf(cents.map(text)), 2)).toBe(String(total));
        },
      ),
    );
  });
});

it('each field that a stage may require is a field of deals', () => {
  for (const { value } of REQUIRABLE_FIELDS) expect(opportunityRecord.byKey.has(value), value).toBe(true);
});
