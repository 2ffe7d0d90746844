import type { Condition } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

const CAN_LOG_IN: Condition = { field: 'status', op: 'eq', value: 'active' };
const NOT_DEACTIVATED: Condition = { field: 'status', op: 'neq', value: 'inactive' };

/**
 * The records of an object that a picker offers as a new value. Of people, only those who can log in. People who left are
 * still shown as existing values. A picker offers everybody (`withLeavers`) if it only names people: in filters, and for
 * who created an imported record.
 * @returns undefined if all are offered, or the user can't see who can log in
 */
export function choosable(object: ObjectDescription): Condition | undefined {
  return showsStatus(object) ? CAN_LOG_IN : undefined;
}

/**
 * The people the API accepts as a value that a file names: everybody who isn't deactivated.
 * @returns undefined for other objects, and if the user can't see who is deactivated
 */
export function notDeactivated(object: ObjectDescription): Condition | undefined {
  return showsStatus(object) ? NOT_DEACTIVATED : undefined;
}

function showsStatus(object: ObjectDescription): boolean {
  const status = object.key === 'member' && object.fields.find(({ key }) => key === 'status');
  return Boolean(status && status.filterable !== false);
}
