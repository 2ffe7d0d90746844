import { expect, test } from 'vitest';
import type { ObjectDescription } from '../object-description';
import { PLAIN_TRAITS } from '../testing/described-traits';
import { choosable, type PeopleOffered } from './people-to-choose';

const OFFERED: ObjectDescription['presentation']['offered'] = {
  present: { field: 'status', op: 'neq', value: 'inactive' },
  logIn: { field: 'status', op: 'eq', value: 'active' },
};
const object = (fields: object[], offered = OFFERED) =>
  ({ fields, presentation: { ...PLAIN_TRAITS.presentation, offered } }) as ObjectDescription;

test('nobody who left is offered as a value, only people who can log in to share with, everybody to filter by', () => {
  const offered = (people: PeopleOffered) => choosable(object([{ key: 'status' }]), people);
  expect(offered('present')).toEqual({ field: 'status', op: 'neq', value: 'inactive' });
  expect(offered('logIn')).toEqual({ field: 'status', op: 'eq', value: 'active' });
  expect(offered('all')).toBeUndefined();
  expect(choosable(object([{ key: 'status' }], {}), 'present')).toBeUndefined();
});

test('users who do not see who left are offered all, since the API would refuse to filter', () => {
  expect(choosable(object([]), 'present')).toBeUndefined();
  expect(choosable(object([{ key: 'status', filterable: false }]), 'logIn')).toBeUndefined();
});
