import { isWritable } from '../access/field-visibility';
import type { RecordRights } from '../api/record-rights';
import {
  type FieldDescription,
  isReference,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import type { Changes } from './event-changes';

/** What bringing a version back would do to a record as it stands. */
export interface VersionDifferences {
  /** Fields that would change, from now to then. */
  changes: Changes;
  /** Fields that differ and are not this person's to change: the API refuses the whole because of them. */
  refused: FieldDescription[];
  /** Fields that differ and stay: the product sets them. */
  kept: FieldDescription[];
}

/**
 * Compares a record with one of its versions, field by field; what is hidden or was erased is left out.
 * In: `rights`, what this person may do with its fields, where that is known.
 */
export function versionDifferences(
  object: ObjectDescription,
  now: RecordData,
  then: RecordData,
  rights?: RecordRights['fields'],
): VersionDifferences {
  const erased = new Set(erasedFields(then));
  const differences: VersionDifferences = { changes: {}, refused: [], kept: [] };
  for (const field of object.fields) {
    const { key } = field;
    if (field.isAdded || field.isSystem || erased.has(key) || !(key in then) || !(key in now)) continue;
    if (comparable(now[key]) === comparable(then[key])) continue;
    if (field.readOnly && !field.viewOnly) differences.kept.push(field);
    else if (isWritable(field, now, now[key], rights))
      differences.changes[key] = { before: now[key], after: then[key] };
    else differences.refused.push(field);
  }
  return differences;
}

/** Keys of the fields whose values of then were erased since. */
export function erasedFields(then: RecordData): string[] {
  const { meta } = then;
  return typeof meta === 'object' && meta !== null && 'erased' in meta ? (meta.erased as string[]) : [];
}

function comparable(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable).sort());
  if (isReference(value)) return value.id;
  return value === null || value === undefined || value === '' ? '' : JSON.stringify(value);
}
