import { describe, expect, it } from 'vitest';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { ALL, choose, type Compared, mostComplete, newest, requestOf } from './merge-model';

const object = {
  key: 'deal',
  fields: [
    { key: 'currency', type: 'select' },
    { key: 'city', type: 'text' },
    { key: 'amount', type: 'money', currencyField: 'currency' },
    { key: 'tags', type: 'links' },
  ],
  lines: [{ key: 'lines', fields: [{ key: 'lines.price', currencyField: 'currency' }] }],
} as unknown as ObjectDescription;

const field = (key: string, more = {}) => ({
  field: key,
  label: key,
  differs: true,
  choosable: true,
  unitable: false,
  ...more,
});

const compared = (records: object[], only?: string[]): Compared => ({
  object,
  fields: [
    field('currency'),
    field('city'),
    field('custom.size'),
    field('amount'),
    field('tags', { unitable: true }),
    field('lines', { unitable: true }),
  ].filter((each) => !only || only.includes(each.field)),
  records: records.map((record, n) => ({ id: 'abc'[n]!, version: 1, ...record }) as RecordData),
});

describe('the choice of the most complete record', () => {
  it('keeps what the record that stays has, takes what it lacks from the first that has it, and unites lists', () => {
    const records = [
      { currency: 'EUR', city: 'Bern' },
      { currency: 'EUR', city: 'Basel', custom: { size: 3 } },
      { currency: 'EUR', amount: '5', custom: { size: 4 } },
    ];
    expect(mostComplete(compared(records))).toEqual({
      'custom.size': 'b',
      amount: 'c',
      tags: ALL,
      lines: ALL,
    });
  });

  it('takes an amount and lines with their currency', () => {
    const only = ['amount', 'lines', 'currency'];
    const all = { currency: 'b', amount: 'b', lines: 'b' };
    const other = { currency: 'CHF', amount: '5' };
    expect(mostComplete(compared([{ currency: 'EUR' }, other], only))).toEqual(all);
    expect(mostComplete(compared([{ currency: 'EUR', amount: '7' }, other], only))).toEqual({});
  });

  it('leaves out what cannot be chosen or does not differ', () => {
    const both = compared([{}, { city: 'Bern', custom: { size: 1 } }], ['city', 'custom.size']);
    both.fields = [field('city', { choosable: false }), field('custom.size', { differs: false })];
    expect(mostComplete(both)).toEqual({});
  });
});

it('chooses the values that were changed last, whichever record stays', () => {
  const records = [
    { city: 'Bern', updatedAt: '2026-01-01' },
    { city: 'Basel', updatedAt: '2026-03-01' },
    { updatedAt: '2026-04-01' },
  ];
  expect(newest(compared(records, ['city']))).toEqual({ city: 'b' });
});

it('chooses an amount with its currency, a currency with the amounts in it, and another field alone', () => {
  const both = compared([{}, {}]);
  const one = { currency: 'b', amount: 'b', lines: 'b' };
  expect(choose(both, { city: 'a' }, 'amount', 'b')).toEqual({ ...one, city: 'a' });
  expect(choose(both, {}, 'currency', 'b')).toEqual(one);
  expect(choose(both, {}, 'city', 'b')).toEqual({ city: 'b' });
  expect(choose(both, {}, 'lines', ALL)).toEqual({ lines: ALL });
});

it('asks for a record or all values of each field', () => {
  expect(requestOf('a', [{ id: 'a' }, { id: 'b' }], { city: 'b', tags: ALL })).toEqual({
    into: 'a',
    records: [{ id: 'a' }, { id: 'b' }],
    values: { city: { from: 'b' }, tags: { unite: true } },
  });
});
