import type { Condition } from '@pellucid/conditions';
import type { ObjectDescription } from '../object-description';

const CAN_LOG_IN: Condition = { field: 'status', op: 'eq', value: 'active' };

/**
 * Which records of an object are offered as a new value: of people those who can log in. People who left are still shown
 * where they are a value, and can be filtered by.
 * @returns undefined where all are offered, or the reader does not see who can log in
 */
export function choosable(object: ObjectDescription): Condition | undefined {
  if (object.key !== 'member') return undefined;
  const status = object.fields.find(({ key }) => key === 'status');
  return status && status.filterable !== false ? CAN_LOG_IN : undefined;
}
