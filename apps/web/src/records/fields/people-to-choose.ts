import type { Condition } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

/**
 * Which people a picker offers, by what it is for. `present`: a new value of a field; the API accepts everybody who isn't
 * deactivated. `logIn`: sharing, which needs someone who can log in. `all`: filters and whatever else only names people,
 * because records still belong to people who left.
 */
export type PeopleOffered = 'present' | 'logIn' | 'all';

const CONDITIONS: Record<PeopleOffered, Condition | undefined> = {
  present: { field: 'status', op: 'neq', value: 'inactive' },
  logIn: { field: 'status', op: 'eq', value: 'active' },
  all: undefined,
};

/**
 * The records of an object that a picker offers.
 * @returns undefined if all are offered, or the user can't see who is deactivated
 */
export function choosable(object: ObjectDescription, people: PeopleOffered): Condition | undefined {
  if (object.key !== 'member') return undefined;
  const status = object.fields.find(({ key }) => key === 'status');
  return status && status.filterable !== false ? CONDITIONS[people] : undefined;
}
