import { expect, test } from 'vitest';
import type { ObjectDescription } from '../object-description';
import { choosable } from './people-to-choose';

const object = (key: string, fields: object[]) => ({ key, fields }) as ObjectDescription;

test('of people only those who can log in are offered', () => {
  expect(choosable(object('member', [{ key: 'status' }]))).toEqual({
    field: 'status',
    op: 'eq',
    value: 'active',
  });
  expect(choosable(object('account', [{ key: 'status' }]))).toBeUndefined();
});

test('whoever does not see who can log in is offered all, since the API would refuse to filter', () => {
  expect(choosable(object('member', []))).toBeUndefined();
  expect(choosable(object('member', [{ key: 'status', filterable: false }]))).toBeUndefined();
});
