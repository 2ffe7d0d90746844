import type { Condition } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

const CAN_LOG_IN: Condition = { field: 'status', op: 'eq', value: 'active' };

/**
 * The records of an object that are offered as a new value. Of people, only those who can log in. People who left are
 * still shown as existing values and can be filtered by.
 * @returns undefined if all are offered, or the user can't see who can log in
 */
export function choosable(object: ObjectDescription): Condition | undefined {
  if (object.key !== 'member') return undefined;
  const status = object.fields.find(({ key }) => key === 'status');
  return status && status.filterable !== false ? CAN_LOG_IN : undefined;
}
