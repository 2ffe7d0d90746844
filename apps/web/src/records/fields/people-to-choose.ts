import type { Condition } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

/**
 * Which people a picker offers, by what it is for. `present`: a new value of a field; the API accepts everybody who isn't
 * deactivated. `logIn`: sharing, which needs someone who can log in. `all`: filters and whatever else only names people,
 * because records still belong to people who left.
 */
export type PeopleOffered = 'present' | 'logIn' | 'all';

/** The records of an object that a picker offers; undefined if all are. The API names only conditions that the user may send. */
export function choosable(object: ObjectDescription, people: PeopleOffered): Condition | undefined {
  return people === 'all' ? undefined : object.presentation.offered[people];
}
