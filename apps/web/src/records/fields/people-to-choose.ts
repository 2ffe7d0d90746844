import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

/**
 * Which people a picker offers, by what it is for. `present`: a new value of a field; the API accepts everybody who isn't
 * deactivated. `logIn`: sharing, which needs someone who can log in. `all`: filters and whatever else only names people,
 * because records still belong to people who left.
 */
export type PeopleOffered = 'present' | 'logIn' | 'all';

/**
 * The records of an object that a picker offers.
 * @returns undefined if all are offered, or the user can't see what the offer depends on
 */
export function choosable(object: ObjectDescription, people: PeopleOffered): Condition | undefined {
  const condition = people === 'all' ? undefined : object.presentation.offered[people];
  const maySee = (key: string | undefined) =>
    object.fields.some((field) => field.key === key && field.filterable !== false);
  return condition && fieldsOf(condition).every(([key]) => maySee(key)) ? condition : undefined;
}
