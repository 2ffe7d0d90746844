import { expect, it } from 'vitest';
import { dayAfter, monthAfter, weeksOf } from './month';

it('the weeks of a month begin on the company’s first day of the week and cover the month', () => {
  const monday = weeksOf('2026-03', 1);
  expect([monday[0]?.[0], monday.at(-1)?.at(-1), monday.length]).toEqual(['2026-02-23', '2026-04-05', 6]);
  const sunday = weeksOf('2026-02', 0);
  expect([sunday[0]?.[0], sunday.at(-1)?.at(-1), sunday.length]).toEqual(['2026-02-01', '2026-02-28', 4]);
  expect(weeksOf('2025-12', 1).at(-1)).toContain('2026-01-01');
});

it('months and days follow each other across years', () => {
  expect([monthAfter('2025-12', 1), monthAfter('2026-01', -1)]).toEqual(['2026-01', '2025-12']);
  expect(dayAfter('2024-02-29')).toBe('2024-03-01');
});
