import { expect, test } from 'vitest';
import { axisOf } from '@/records/calendar/day-axis';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import {
  type CalendarEvent,
  changesFor,
  eventOf,
  isBar,
  movedToDay,
  stretchedTo,
  timed,
  wholeDay,
} from './calendar-events';
import { askedOf, canShow } from './calendar-sources';
import { draggedTo } from './use-event-drag';

const ZURICH = 'Europe/Zurich';
const at = (text: string) => Date.parse(text);
const object = (key: string, fields: string[]) =>
  ({
    key,
    label: key,
    nameField: 'name',
    fields: fields.map((field) => ({ key: field, filterable: true, readOnly: false })),
  }) as unknown as ObjectDescription;
const task = object('task', ['owner', 'startsAt', 'endsAt', 'duration', 'due', 'status', 'participants']);
const meeting = object('meeting', ['owner', 'startsAt', 'endsAt', 'status']);
const deal = object('opportunity', ['owner', 'closeDate']);
const event = (of: ObjectDescription, values: object): CalendarEvent =>
  eventOf(of, { id: 'r', version: 1, name: 'R', ...values } as RecordData, ['me'], ZURICH)!;

test('a record is an event at its time, else on its day; without either, it is none', () => {
  const review = event(meeting, { startsAt: '2027-03-10T22:30:00Z', endsAt: '2027-03-11T00:30:00Z' });
  expect([review.from, review.to, isBar(review)]).toEqual(['2027-03-10', '2027-03-11', false]);
  // What ends at midnight doesn't touch the next day.
  const evening = event(meeting, { startsAt: '2027-03-10T21:00:00Z', endsAt: '2027-03-10T23:00:00Z' });
  expect(evening.to).toBe('2027-03-10');
  expect(event(task, { due: '2027-03-10' })).toMatchObject({ at: undefined, from: '2027-03-10' });
  expect(eventOf(task, { id: 'r', version: 1 }, ['me'], ZURICH)).toBeUndefined();
});

test('moving to a day on which clocks changed keeps the time of the clock and the length', () => {
  const review = event(meeting, { startsAt: '2027-03-27T08:00:00Z', endsAt: '2027-03-27T09:30:00Z' });
  const moved = movedToDay(review, '2027-03-28', ZURICH);
  expect(moved.at).toEqual({ start: at('2027-03-28T07:00:00Z'), end: at('2027-03-28T08:30:00Z') });
  // Its end follows by itself.
  expect(changesFor(review, moved)).toEqual({ startsAt: '2027-03-28T07:00:00.000Z' });
});

test('stretching writes the end of a meeting and the duration of a task, at least a quarter of an hour', () => {
  const times = { startsAt: '2027-03-10T08:00:00Z', endsAt: '2027-03-10T09:00:00Z' };
  const longer = (of: CalendarEvent, end: string) => changesFor(of, stretchedTo(of, at(end), ZURICH));
  expect(longer(event(meeting, times), '2027-03-10T10:00:00Z')).toEqual({
    endsAt: '2027-03-10T10:00:00.000Z',
  });
  expect(longer(event(task, times), '2027-03-10T10:00:00Z')).toEqual({ duration: 120 });
  expect(longer(event(task, times), '2027-03-10T07:00:00Z')).toEqual({ duration: 15 });
  expect(longer(event(task, times), '2027-03-10T09:00:00Z')).toBeUndefined();
});

test('dragging moves by quarters of an hour, into the hours and out of them', () => {
  const axis = axisOf(['2027-03-10', '2027-03-11'], ZURICH);
  const due = event(task, { due: '2027-03-10' });
  const into = draggedTo(
    { mode: 'move', event: due, origin: { day: '2027-03-10', row: undefined } },
    { day: '2027-03-11', row: 18.1 },
    axis,
    ZURICH,
  );
  expect(changesFor(due, into!)).toEqual({ startsAt: '2027-03-11T08:00:00.000Z' });
  const planned = event(task, { due: '2027-03-10', startsAt: '2027-03-10T08:05:00Z' });
  const drag = { mode: 'move' as const, event: planned, origin: { day: '2027-03-10', row: 18.2 } };
  const out = draggedTo(drag, { day: '2027-03-11', row: undefined }, axis, ZURICH);
  expect(changesFor(planned, out!)).toEqual({ due: '2027-03-11', startsAt: null });
  // Where it was picked up, it stays as it was.
  expect(draggedTo(drag, { day: '2027-03-10', row: 18.1 }, axis, ZURICH)).toBe(planned);
  expect(draggedTo(drag, { day: '2027-03-10', row: 19 }, axis, ZURICH)?.at?.start).toBe(
    at('2027-03-10T08:30:00Z'),
  );
});

test('a deal takes whole days, and a closing date moves with it', () => {
  const closing = event(deal, { closeDate: '2027-03-10' });
  expect(changesFor(closing, wholeDay('2027-03-12'))).toEqual({ closeDate: '2027-03-12' });
  expect(isBar(timed(at('2027-03-10T08:00:00Z'), at('2027-03-11T08:00:00Z'), ZURICH))).toBe(true);
});

test('only what the user may filter by is asked for', () => {
  const range = { first: '2027-03-08', until: '2027-03-15', from: 'a', to: 'b' };
  expect(JSON.stringify(askedOf(task, ['me'], range))).toContain('participants');
  expect(JSON.stringify(askedOf(meeting, ['me'], range))).not.toContain('participants');
  expect(canShow(meeting)).toBe(true);
  expect(canShow(object('meeting', ['owner', 'startsAt']))).toBe(false);
});
