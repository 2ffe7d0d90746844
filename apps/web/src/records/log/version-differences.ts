import { isWritable } from '../access/field-visibility';
import type { RecordRights } from '../api/record-rights';
import {
  type FieldDescription,
  isLinkedRecord,
  isReference,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import type { Changes } from './event-changes';

/** What restoring a version would do to the current record. */
export interface VersionDifferences {
  /** Fields that would change, from the current value to the earlier one. */
  changes: Changes;
  /** Differing fields that the user may not change. Because of them the API refuses to restore anything. */
  refused: FieldDescription[];
  /** Differing fields that stay, because the product sets them. */
  kept: FieldDescription[];
}

/**
 * Compares a record with one of its versions, field by field, without hidden or erased fields. In: `rights`, what the
 * user may do with its fields, if known.
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

/** Keys of the fields whose earlier values have since been erased. */
export function erasedFields(then: RecordData): string[] {
  const { meta } = then;
  return typeof meta === 'object' && meta !== null && 'erased' in meta ? (meta.erased as string[]) : [];
}

function comparable(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable).sort());
  if (isLinkedRecord(value)) return `${value.object}/${value.id}`;
  if (isReference(value)) return value.id;
  return value === null || value === undefined || value === '' ? '' : JSON.stringify(value);
}
