import { expect, test } from 'vitest';
import type { ObjectDescription } from '../object-description';
import { choosable } from './people-to-choose';

const object = (key: string, fields: object[]) => ({ key, fields }) as ObjectDescription;

test('only people who can log in are offered', () => {
  expect(choosable(object('member', [{ key: 'status' }]))).toEqual({
    field: 'status',
    op: 'eq',
    value: 'active',
  });
  expect(choosable(object('account', [{ key: 'status' }]))).toBeUndefined();
});

test('users who can’t view who can log in are offered all, because the API would refuse the filter', () => {
  expect(choosable(object('member', []))).toBeUndefined();
  expect(choosable(object('member', [{ key: 'status', filterable: false }]))).toBeUndefined();
});
