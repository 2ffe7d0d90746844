import { QueryParts } from '../decide/query-parts.js';
import { compileEvaluator } from '@pellucid/conditions';
import { expect, test } from 'vitest';
import { field } from '../describe/descriptor.js';
import { comparedReader, ownConditionSql, ownFields } from '../decide/scope-sql.js';
import { defineRecord } from '../describe/shared-fields.js';

const deal = (given: object) =>
  defineRecord({
    key: 'deal',
    plural: 'deals',
    label: 'Deal',
    pluralLabel: 'Deals',
    table: 'deal',
    fields: [
      field.text('currency', 'Currency'),
      field.money('amount', 'Amount', { currency: { field: 'currency' }, comparedBy: 'baseAmount' }),
      field.money('baseAmount', 'Value', { readOnly: true, derivedFrom: ['amount'], ...given }),
    ],
  });
const clock = { now: new Date('2026-11-28T00:00:00Z'), zone: 'UTC' };

test('amounts of several currencies are compared by their value, in memory and in SQL alike', () => {
  const descriptor = deal({});
  const holds = compileEvaluator({ field: 'amount', op: 'gte', value: '1000' }, ownFields(descriptor), clock);
  const of = (amount: string, baseAmount: string | null) =>
    holds(comparedReader(descriptor, { amount, baseAmount }));
  expect([of('90000', '585.00'), of('400', '1300.00'), of('1000', null)]).toEqual([false, true, false]);
  const text = ownConditionSql(
    { field: 'amount', op: 'gte', value: '1000' },
    descriptor,
    't',
    new QueryParts(),
    clock,
  );
  expect(text).toContain('t.base_amount');
  expect(text).not.toContain('t.amount');
});

test('a description whose compared value does not reveal the amount is refused', () => {
  expect(() => deal({ derivedFrom: [] })).toThrow('which must be a stored amount that tells it');
});
