import { expect, test } from 'vitest';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { daysLater, inOrder, movedTo, sectionOf } from './my-day';

const task = { key: 'task', fields: [{ key: 'due' }, { key: 'startsAt' }] } as unknown as ObjectDescription;
const call = { key: 'call', fields: [{ key: 'startsAt' }] } as unknown as ObjectDescription;
const of = (object: ObjectDescription, record: object) => ({ object, record: record as RecordData });
const due = (id: string, day: string, more: object = {}) =>
  of(task, { id, due: day, happensAt: `${day}T00:00:00Z`, ...more });
const at = (id: string, instant: string) => of(call, { id, startsAt: instant, happensAt: instant });

test('an activity is overdue, today, soon or undated, in the zone of the company', () => {
  const section = (record: object, zone = 'UTC') => sectionOf(record as RecordData, '2030-03-02', zone);
  expect(section({ happensAt: '2030-03-01T23:30:00Z' })).toBe('overdue');
  expect(section({ happensAt: '2030-03-01T23:30:00Z' }, 'Europe/Zurich')).toBe('today');
  expect(section({ happensAt: '2030-03-03T00:00:00Z' })).toBe('soon');
  expect(section({ happensAt: null, due: null })).toBe('undated');
});

test('what comes first is worked on first: by day, then what has a time, then by priority', () => {
  const all = [
    of(task, { id: 'undated', priority: 'Urgent' }),
    due('low', '2030-03-02', { priority: 'Low' }),
    due('urgent', '2030-03-02', { priority: 'Urgent' }),
    at('late', '2030-03-02T15:00:00Z'),
    at('early', '2030-03-02T08:00:00Z'),
    due('old', '2030-02-01'),
    due('next', '2030-03-05'),
  ];
  const ids = inOrder(all, '2030-03-02', 'UTC').map(({ record }) => record.id);
  expect(ids).toEqual(['old', 'early', 'late', 'urgent', 'low', 'next', 'undated']);
});

test('moving to a day keeps the time of day', () => {
  expect(movedTo(due('a', '2030-03-01'), '2030-03-04', 'UTC')).toEqual({ due: '2030-03-04' });
  expect(movedTo(at('b', '2030-03-01T09:30:00Z'), '2030-03-04', 'UTC')).toEqual({
    startsAt: '2030-03-04T09:30:00.000Z',
  });
  expect(daysLater('2030-02-28', 1)).toBe('2030-03-01');
});
