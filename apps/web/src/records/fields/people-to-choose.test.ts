import { expect, test } from 'vitest';
import type { ObjectDescription } from '../object-description';
import { choosable, type PeopleOffered } from './people-to-choose';

const object = (key: string, fields: object[]) => ({ key, fields }) as ObjectDescription;

test('nobody who left is offered as a value, only people who can log in to share with, everybody to filter by', () => {
  const offered = (people: PeopleOffered) => choosable(object('member', [{ key: 'status' }]), people);
  expect(offered('present')).toEqual({ field: 'status', op: 'neq', value: 'inactive' });
  expect(offered('logIn')).toEqual({ field: 'status', op: 'eq', value: 'active' });
  expect(offered('all')).toBeUndefined();
  expect(choosable(object('account', [{ key: 'status' }]), 'present')).toBeUndefined();
});

test('users who do not see who left are offered all, since the API would refuse to filter', () => {
  expect(choosable(object('member', []), 'present')).toBeUndefined();
  expect(choosable(object('member', [{ key: 'status', filterable: false }]), 'logIn')).toBeUndefined();
});
