import { linkKey } from '@pellucid/conditions';
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
import type { ChangesOfLines, LineChange } from './line-changes';

/** What restoring a version would do to the current record. */
export interface VersionDifferences {
  /** Fields that would change, from the current value to the earlier one. */
  changes: Changes;
  /** Lines that would change. */
  lines: ChangesOfLines;
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
  const differences: VersionDifferences = {
    changes: {},
    lines: lineDifferences(object, now, then),
    refused: [],
    kept: [],
  };
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

/** Compares the lines of a record with those of one of its versions. Values that nobody sets follow from the others. */
function lineDifferences(object: ObjectDescription, now: RecordData, then: RecordData): ChangesOfLines {
  const found: ChangesOfLines = {};
  for (const { key, fields } of object.lines ?? []) {
    const [current, earlier] = [linesOf(now, key), linesOf(then, key)];
    if (!current || !earlier) continue;
    const names = fields.filter((f) => !f.readOnly).map((f) => f.key.slice(key.length + 1));
    const known = new Map(current.map((line) => [line.id, line]));
    const back = earlier.flatMap((line): LineChange[] => {
      const today = known.get(line.id);
      known.delete(line.id);
      const changes = Object.fromEntries(
        names.flatMap((name) =>
          comparable(today?.[name]) === comparable(line[name])
            ? []
            : [[name, { before: today?.[name], after: line[name] }]],
        ),
      );
      if (!today) return [{ id: line.id, change: 'added', changes }];
      return Object.keys(changes).length ? [{ id: line.id, change: 'changed', changes }] : [];
    });
    const gone = [...known.values()].map(
      (line): LineChange => ({
        id: line.id,
        change: 'removed',
        changes: Object.fromEntries(names.map((name) => [name, { before: line[name] }])),
      }),
    );
    const order = (lines: Line[]) => lines.map(({ id }) => id).join();
    const moved =
      back.length || gone.length || order(current) === order(earlier)
        ? []
        : earlier.map(({ id }): LineChange => ({ id, change: 'moved', changes: {} }));
    const all = [...back, ...gone, ...moved];
    if (all.length) found[key] = all;
  }
  return found;
}

type Line = Record<string, unknown> & { id: string };

const linesOf = (record: RecordData, key: string) =>
  Array.isArray(record[key]) ? (record[key] as Line[]) : undefined;

/** Keys of the fields whose earlier values have since been erased. */
export function erasedFields(then: RecordData): string[] {
  const { meta } = then;
  return typeof meta === 'object' && meta !== null && 'erased' in meta ? (meta.erased as string[]) : [];
}

function comparable(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable).sort());
  if (isLinkedRecord(value)) return linkKey(value);
  if (isReference(value)) return value.id;
  return value === null || value === undefined || value === '' ? '' : JSON.stringify(value);
}
