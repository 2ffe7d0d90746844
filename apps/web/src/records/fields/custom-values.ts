/** Values by field key in the form of the API, with those of fields that the company added in the member `custom`. */
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { RecordData } from '../object-description';
import { customName } from './field-place';

type Values = Record<string, unknown>;

/** In: values by field key. Out: the same as the API takes them. */
export function nestedValues(values: Values): Values {
  const nested: Values = {};
  const custom: Values = {};
  for (const [key, value] of Object.entries(values)) {
    const name = customName(key);
    if (name === undefined) nested[key] = value;
    else custom[name] = value;
  }
  return Object.keys(custom).length === 0 ? nested : { ...nested, custom };
}

/** The record with values, given by field key, in place of its own. */
export function withValues(record: RecordData, values: Values): RecordData {
  const { custom, ...nested } = nestedValues(values);
  if (custom === undefined) return { ...record, ...nested };
  return { ...record, ...nested, custom: { ...(record['custom'] as Values), ...(custom as Values) } };
}

/** In: the JSON pointer of a problem. Out: the key of the field at its end. */
export function keyAt(pointer: string): string {
  const parts = pointer.split('/');
  const name = parts.at(-1) ?? '';
  return parts.at(-2) === 'custom' ? CUSTOM_PREFIX + name : name;
}
