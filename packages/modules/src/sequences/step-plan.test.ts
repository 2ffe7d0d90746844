import { expect, test } from 'vitest';
import { dayAfter, instantAt, isTime, plannedStep, type Step } from './step-plan.js';

const step: Step = {
  kind: 'Task',
  name: 'Send the offer',
  description: null,
  priority: 'High',
  wait: 1,
  waitUnit: 'Days',
  time: null,
  assignee: 'Who started it',
  person: null,
};

test('calendar days count every day, working days only Monday to Friday', () => {
  // 2026-12-04 is a Friday.
  expect(dayAfter('2026-12-04', 2, 'Days')).toBe('2026-12-06');
  expect(dayAfter('2026-12-04', 0, 'Working days')).toBe('2026-12-04');
  expect(dayAfter('2026-12-04', 1, 'Working days')).toBe('2026-12-07');
  expect(dayAfter('2026-12-04', 5, 'Working days')).toBe('2026-12-11');
  expect(dayAfter('2026-12-05', 0, 'Working days')).toBe('2026-12-07');
  expect(dayAfter('2026-12-06', 1, 'Working days')).toBe('2026-12-08');
});

test('a time of day is the one on the wall, also on days on which clocks change', () => {
  expect(instantAt('2026-12-04', '14:30', 'Europe/Berlin')).toBe('2026-12-04T13:30:00.000Z');
  expect(instantAt('2026-03-29', '09:00', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
  expect(instantAt('2026-10-25', '09:00', 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
});

test('times of day have two digits each', () => {
  expect(['09:00', '23:59', '00:00'].every(isTime)).toBe(true);
  expect(['9:00', '24:00', '12:60', 'noon', ''].some(isTime)).toBe(false);
});

test('tasks are due on a day, calls and meetings begin at a time', () => {
  const now = Date.parse('2026-12-04T23:30:00Z');
  // In Berlin it is Saturday already.
  expect(plannedStep(step, now, 'Europe/Berlin')).toEqual({
    name: 'Send the offer',
    priority: 'High',
    due: '2026-12-06',
  });
  expect(plannedStep({ ...step, time: '08:00' }, now, 'UTC')).toMatchObject({
    due: '2026-12-05',
    remindAt: '2026-12-05T08:00:00.000Z',
  });
  expect(plannedStep({ ...step, kind: 'Call' }, now, 'UTC')).toEqual({
    name: 'Send the offer',
    startsAt: '2026-12-05T09:00:00.000Z',
  });
});
