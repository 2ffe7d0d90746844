import { expect, test } from 'vitest';
import { leavesNoTime, nextHour, quietUntil } from './quiet-hours.js';

const ZONE = 'Europe/Berlin';
const iso = (date: Date | null) => date?.toISOString() ?? null;
const WORK = [1, 2, 3, 4, 5];

test('quiet hours over midnight end in the morning, and belong to the day on which they begin', () => {
  const quiet = { from: '20:00', to: '07:00', days: WORK };
  const until = (now: string) => iso(quietUntil(new Date(now), quiet, ZONE));
  expect(until('2026-11-30T18:59:00Z')).toBeNull();
  expect(until('2026-11-30T19:00:00Z')).toBe('2026-12-01T06:00:00.000Z');
  expect(until('2026-12-01T05:59:59Z')).toBe('2026-12-01T06:00:00.000Z');
  expect(until('2026-12-01T06:00:00Z')).toBeNull();
  // Friday's last until Saturday morning; Saturday and Sunday have none.
  expect(until('2026-12-05T05:00:00Z')).toBe('2026-12-05T06:00:00.000Z');
  expect(until('2026-12-05T20:00:00Z')).toBeNull();
});

test('whole days that follow each other are one quiet time', () => {
  const weekend = { from: '00:00', to: '00:00', days: [6, 0] };
  expect(iso(quietUntil(new Date('2026-12-05T10:00:00Z'), weekend, ZONE))).toBe('2026-12-06T23:00:00.000Z');
  expect(leavesNoTime(weekend)).toBe(false);
  expect(leavesNoTime({ ...weekend, days: [0, 1, 2, 3, 4, 5, 6] })).toBe(true);
  expect(quietUntil(new Date(), null, ZONE)).toBeNull();
});

test('the digest comes once a day when the clocks change', () => {
  const hours = (start: string, hour: number, count: number) => {
    const times: string[] = [];
    for (let at = new Date(start); times.length < count; ) {
      at = nextHour(at, hour, ZONE);
      times.push(at.toISOString());
    }
    return times;
  };
  expect(hours('2026-03-27T12:00:00Z', 8, 3)).toEqual([
    '2026-03-28T07:00:00.000Z',
    '2026-03-29T06:00:00.000Z',
    '2026-03-30T06:00:00.000Z',
  ]);
  // The hour that the clock skips, and the one that it shows twice.
  expect(hours('2026-03-28T12:00:00Z', 2, 2)).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:00:00.000Z',
  ]);
  expect(hours('2026-10-24T12:00:00Z', 2, 2)).toEqual([
    '2026-10-25T00:00:00.000Z',
    '2026-10-26T01:00:00.000Z',
  ]);
  expect(iso(nextHour(new Date('2026-10-25T00:00:00Z'), 2, ZONE))).toBe('2026-10-26T01:00:00.000Z');
});
