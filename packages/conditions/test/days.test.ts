import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition } from '../src/index.js';
import { CLOCK } from './arbitraries.js';
import { clock } from './sample-fields.js';
import { holds } from './checks.js';

describe('days in a zone', () => {
  const on = (condition: Condition, seen: string, now: string, zone: string, more = {}) =>
    holds(condition, { seen }, { now: new Date(now), zone, ...more });
  const today: Condition = { field: 'seen', op: 'today' };

  it('last 23 and 25 hours when the clock changes', () => {
    const noon = '2026-03-29T10:00:00Z';
    expect(on(today, '2026-03-28T23:00:00Z', noon, 'Europe/Berlin')).toBe(true);
    expect(on(today, '2026-03-28T22:59:59.999Z', noon, 'Europe/Berlin')).toBe(false);
    expect(on(today, '2026-03-29T21:59:59.999Z', noon, 'Europe/Berlin')).toBe(true);
    expect(on(today, '2026-03-29T22:00:00Z', noon, 'Europe/Berlin')).toBe(false);
    expect(on(today, '2026-10-25T22:59:59Z', '2026-10-25T10:00:00Z', 'Europe/Berlin')).toBe(true);
  });

  it('begin at one o’clock if midnight does not exist', () => {
    const noon = '2018-11-04T15:00:00Z';
    expect(on(today, '2018-11-04T03:00:00Z', noon, 'America/Sao_Paulo')).toBe(true);
    expect(on(today, '2018-11-04T02:59:59Z', noon, 'America/Sao_Paulo')).toBe(false);
  });

  it('begin with the first of two midnights', () => {
    const noon = '2024-11-03T16:00:00Z';
    expect(on(today, '2024-11-03T04:00:00Z', noon, 'America/Havana')).toBe(true);
    expect(on(today, '2024-11-03T03:59:59Z', noon, 'America/Havana')).toBe(false);
  });

  it('are empty if the zone skipped them', () => {
    const skipped: Condition = { field: 'seen', op: 'eq', value: '2011-12-30' };
    for (const seen of ['2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z', '2011-12-30T20:00:00Z'])
      expect(on(skipped, seen, '2026-01-01T00:00:00Z', 'Pacific/Apia')).toBe(false);
  });

  it('contain each instant once, as the zone’s own calendar says', () => {
    fc.assert(
      fc.property(
        CLOCK,
        fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        ({ zone }, instant) => {
          const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(instant);
          expect(
            on({ field: 'seen', op: 'eq', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(true);
          expect(
            on({ field: 'seen', op: 'lt', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(false);
          expect(
            on({ field: 'seen', op: 'gt', value: day }, instant.toISOString(), '2026-01-01T00:00:00Z', zone),
          ).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('name an unknown zone', () => {
    expect(() => on(today, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'Mars/Base')).toThrow(
      '"Mars/Base" is no time zone',
    );
  });

  it.each<[string, number | undefined, string, string]>([
    ['today', undefined, '2026-03-29', '2026-03-29'],
    ['yesterday', undefined, '2026-03-28', '2026-03-28'],
    ['tomorrow', undefined, '2026-03-30', '2026-03-30'],
    ['this_week', undefined, '2026-03-23', '2026-03-29'],
    ['last_week', undefined, '2026-03-16', '2026-03-22'],
    ['next_week', undefined, '2026-03-30', '2026-04-05'],
    ['this_month', undefined, '2026-03-01', '2026-03-31'],
    ['last_month', undefined, '2026-02-01', '2026-02-28'],
    ['next_month', undefined, '2026-04-01', '2026-04-30'],
    ['this_quarter', undefined, '2026-01-01', '2026-03-31'],
    ['last_quarter', undefined, '2025-10-01', '2025-12-31'],
    ['next_quarter', undefined, '2026-04-01', '2026-06-30'],
    ['this_year', undefined, '2026-01-01', '2026-12-31'],
    ['last_year', undefined, '2025-01-01', '2025-12-31'],
    ['next_year', undefined, '2027-01-01', '2027-12-31'],
    ['this_fiscal_quarter', undefined, '2026-02-01', '2026-04-30'],
    ['last_fiscal_quarter', undefined, '2025-11-01', '2026-01-31'],
    ['next_fiscal_quarter', undefined, '2026-05-01', '2026-07-31'],
    ['this_fiscal_year', undefined, '2025-11-01', '2026-10-31'],
    ['last_fiscal_year', undefined, '2024-11-01', '2025-10-31'],
    ['next_fiscal_year', undefined, '2026-11-01', '2027-10-31'],
    ['last_n_days', 7, '2026-03-22', '2026-03-29'],
    ['next_n_days', 7, '2026-03-29', '2026-04-05'],
    ['older_than_n_days', 7, '', '2026-03-21'],
    ['before_today', undefined, '', '2026-03-28'],
    ['after_today', undefined, '2026-03-30', ''],
  ])('%s %s is %s to %s (Sunday 29 March 2026, fiscal year from November)', (op, value, first, last) => {
    const condition = { field: 'closed', op, value } as Condition;
    const at = { ...clock, fiscalYearStartMonth: 11 as const };
    const shift = (day: string, by: number) =>
      new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);
    for (const [edge, outside] of [
      [first, -1],
      [last, 1],
    ] as const) {
      if (!edge) continue;
      expect(holds(condition, { closed: edge }, at)).toBe(true);
      expect(holds(condition, { closed: shift(edge, outside) }, at)).toBe(false);
    }
  });

  it('start the week where the company does', () => {
    expect(
      holds({ field: 'closed', op: 'this_week' }, { closed: '2026-04-04' }, { ...clock, weekStart: 0 }),
    ).toBe(true);
    expect(
      holds({ field: 'closed', op: 'this_week' }, { closed: '2026-03-28' }, { ...clock, weekStart: 0 }),
    ).toBe(false);
  });
});
