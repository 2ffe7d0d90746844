import { expect, test } from 'vitest';
import type { ObjectDescription } from '../object-description';
import { PLAIN_TRAITS } from '../testing/described-traits';
import { choosable, type PeopleOffered } from './people-to-choose';

const OFFERED: ObjectDescription['presentation']['offered'] = {
  present: { field: 'status', op: 'neq', value: 'inactive' },
  logIn: { field: 'status', op: 'eq', value: 'active' },
};
const object = (offered = OFFERED) =>
  ({ presentation: { ...PLAIN_TRAITS.presentation, offered } }) as ObjectDescription;

test('nobody who left is offered as a value, only people who can log in to share with, everybody to filter by', () => {
  const offered = (people: PeopleOffered) => choosable(object(), people);
  expect(offered('present')).toEqual({ field: 'status', op: 'neq', value: 'inactive' });
  expect(offered('logIn')).toEqual({ field: 'status', op: 'eq', value: 'active' });
  expect(offered('all')).toBeUndefined();
  expect(choosable(object({}), 'present')).toBeUndefined();
});
