import { expect, test } from 'vitest';
import { axisOf, dayAt, instantAt, missingRows, placeAt, sameTimeOn, startOfDay } from './day-axis';

const ZURICH = 'Europe/Zurich';
const at = (text: string) => Date.parse(text);

test('an ordinary day has 48 half hours, and a place on it is an instant', () => {
  const axis = axisOf(['2026-03-02'], ZURICH);
  expect(axis.rows).toHaveLength(48);
  expect(placeAt(axis, '2026-03-02', at('2026-03-02T08:15:00Z'))).toBe(18.5);
  expect(instantAt(axis, '2026-03-02', 18.5)).toBe(at('2026-03-02T08:15:00Z'));
  expect(instantAt(axis, '2026-03-02', 48)).toBe(at('2026-03-02T23:00:00Z'));
});

test('the day on which clocks go forward has 23 hours; beside other days, it lacks one', () => {
  expect(axisOf(['2026-03-29'], ZURICH).rows.map(({ clock }) => clock)).not.toContain('02:00');
  const week = axisOf(['2026-03-28', '2026-03-29'], ZURICH);
  expect(week.rows).toHaveLength(48);
  expect(missingRows(week, '2026-03-29').map((place) => week.rows[place]!.clock)).toEqual(['02:00', '02:30']);
  expect(missingRows(week, '2026-03-28')).toEqual([]);
  // 9:00 stands in the row of 9:00 on both days.
  for (const [day, instant] of [
    ['2026-03-28', '2026-03-28T08:00:00Z'],
    ['2026-03-29', '2026-03-29T07:00:00Z'],
  ] as const) {
    expect(placeAt(week, day, at(instant))).toBe(18);
    expect(instantAt(week, day, 18)).toBe(at(instant));
  }
  // The hour that is skipped leads to the next moment.
  expect(instantAt(week, '2026-03-29', 4.5)).toBe(at('2026-03-29T01:00:00Z'));
});

test('the day on which clocks go back has 25 hours, one of them twice', () => {
  const week = axisOf(['2026-10-25', '2026-10-26'], ZURICH);
  expect(week.rows).toHaveLength(50);
  expect(week.rows.slice(4, 8)).toEqual([
    { clock: '02:00', again: 0 },
    { clock: '02:30', again: 0 },
    { clock: '02:00', again: 1 },
    { clock: '02:30', again: 1 },
  ]);
  const [first, second] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')];
  expect([first, second].map((instant) => placeAt(week, '2026-10-25', instant))).toEqual([5, 7]);
  expect([5, 7].map((place) => instantAt(week, '2026-10-25', place))).toEqual([first, second]);
  expect(missingRows(week, '2026-10-26')).toEqual([6, 7]);
});

test('clocks that go by half an hour, or at midnight, keep every half hour', () => {
  expect(axisOf(['2026-04-05'], 'Australia/Lord_Howe').rows).toHaveLength(49);
  expect(axisOf(['2026-10-04'], 'Australia/Lord_Howe').rows).toHaveLength(47);
  const santiago = axisOf(['2026-09-06'], 'America/Santiago');
  expect(santiago.rows[0]).toEqual({ clock: '01:00', again: 0 });
  expect(dayAt(startOfDay('2026-09-06', 'America/Santiago'), 'America/Santiago')).toBe('2026-09-06');
});

test('moved to another day, an event keeps its time of the clock', () => {
  const nine = at('2026-03-28T08:00:00Z');
  expect(sameTimeOn(nine, '2026-03-29', ZURICH)).toBe(at('2026-03-29T07:00:00Z'));
  expect(sameTimeOn(at('2026-03-28T01:30:00Z'), '2026-03-29', ZURICH)).toBe(at('2026-03-29T01:30:00Z'));
});
