import { beforeEach, expect, test, vi } from 'vitest';
import type { FieldDescription } from '@/records/object-description';
import { filledValues, keptValues } from './kept-values';

const field = (key: string, type: string) => ({ key, label: key, type }) as FieldDescription;
const FIELDS = [
  field('name', 'text'),
  field('body', 'richText'),
  field('tags', 'multiSelect'),
  field('amount', 'number'),
  field('due', 'date'),
  field('remindAt', 'datetime'),
  field('owner', 'reference'),
  field('about', 'links'),
];
const ZONE = 'Europe/Berlin';
const kept = (values: Record<string, unknown>) => Object.fromEntries(keptValues(FIELDS, values, ZONE));
const filled = (values: Record<string, unknown>) => filledValues(FIELDS, values, ZONE);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2027-03-26T23:30:00Z') });
  return () => vi.useRealTimers();
});

test('what is filled in is kept, without references, links and mentions', () => {
  const text = (...content: object[]) => ({ type: 'doc', content: [{ type: 'paragraph', content }] });
  const said = { type: 'text', text: 'Ask' };
  expect(
    kept({
      name: 'Call back',
      body: text(said, { type: 'mention', attrs: { id: 'someone' } }),
      tags: [],
      amount: '12.5',
      owner: { id: 'someone', name: 'Kim' },
      about: [{ object: 'account', id: 'some' }],
    }),
  ).toEqual({ name: 'Call back', body: text(said), amount: '12.5' });
});

test('days and times are kept as days after today in the zone of the user, and come back as such', () => {
  // In Berlin it is the 27th already. A day later the clocks go forward.
  const values = { due: '2027-03-30', remindAt: '2027-03-29T07:30:00.000Z' };
  const relative = { due: { days: 3 }, remindAt: { days: 2, time: '09:30' } };
  expect(kept(values)).toEqual(relative);
  expect(filled(relative)).toEqual(values);
  vi.setSystemTime(Date.parse('2027-06-01T10:00:00Z'));
  expect(filled(relative)).toEqual({ due: '2027-06-04', remindAt: '2027-06-03T07:30:00.000Z' });
});

test('what is past is kept as the day of use', () => {
  expect(kept({ due: '2027-01-01' })).toEqual({ due: { days: 0 } });
});
