import {
  type FieldDescriptor,
  isDerivedByRecord,
  type LineCollection,
  lineFieldsOf,
  partOf,
  type PiiClass,
  type RecordDescriptor,
  sourcesBehind,
} from '../describe/index.js';
import {
  type FieldLevel,
  fieldLevel,
  narrowest,
  type RoleDefinition,
  type RoleRights,
  type TenantSnapshot,
} from '../../access/index.js';

/** Levels of an object's fields, by key. */
export type Levels = Map<string, FieldLevel>;

/** Returns the class of a field in this company: the one that the company assigned, else the description's. */
export function piiOf(
  object: string,
  field: { key: string; pii: PiiClass },
  snapshot: TenantSnapshot,
): PiiClass {
  return snapshot.masking.get(`${object}.${field.key}`)?.pii ?? field.pii;
}

/** Key in {@link Levels} of the level that all sources of a field allow in records in which it is derived. */
export const whereDerived = (field: string) => `${field} where derived`;

/**
 * Returns a role's level of each field, including those that the company deleted: histories still contain their values. For
 * fields that are derived only in some records, also the level of their sources: see {@link whereDerived}.
 */
export function levelsOf(
  descriptor: RecordDescriptor,
  role: RoleDefinition,
  snapshot: TenantSnapshot,
): Levels {
  const fields = [
    ...descriptor.fields,
    ...descriptor.lines,
    ...lineFieldsOf(descriptor),
    ...descriptor.former.values(),
  ];
  const levels: Levels = new Map(
    fields.map((f) => [f.key, levelInRole(descriptor, role, f, snapshot).level]),
  );
  for (const f of descriptor.fields)
    if (isDerivedByRecord(f)) {
      const sources = sourcesBehind(descriptor, f.key, 'whereDerived');
      const { level } = leastOf(descriptor, role, sources, snapshot, { level: 'edit', source: 'derived' });
      levels.set(whereDerived(f.key), level);
    }
  return levels;
}

/** What a role says about a field, and which of its entries decides. */
export type LevelInRole = Omit<ReturnType<typeof fieldLevel>, 'source'> & {
  source: ReturnType<typeof fieldLevel>['source'] | 'derived';
  /** The withheld field that it is derived from, if that decides. */
  madeOf?: string;
};

/**
 * Returns a role's level for a field, or for lines as a whole. What is derived from a withheld field in every record is
 * shown no wider than that field, and fields of lines no wider than the lines.
 */
export function levelInRole(
  descriptor: RecordDescriptor,
  role: RoleRights,
  field: FieldDescriptor | LineCollection,
  snapshot: TenantSnapshot,
): LevelInRole {
  const sources = sourcesBehind(descriptor, field.key, 'always');
  return leastOf(descriptor, role, sources, snapshot, ownLevel(descriptor, role, field, snapshot));
}

/** Returns what a role says about a field by itself. */
function ownLevel(
  descriptor: RecordDescriptor,
  role: RoleRights,
  field: FieldDescriptor | LineCollection,
  snapshot: TenantSnapshot,
): LevelInRole {
  return fieldLevel(role, descriptor.key, field.key, piiOf(descriptor.key, field, snapshot));
}

/** Returns a level, or the one of the most withheld source that is withheld further. */
function leastOf(
  descriptor: RecordDescriptor,
  role: RoleRights,
  sources: Iterable<string>,
  snapshot: TenantSnapshot,
  own: LevelInRole,
): LevelInRole {
  let least = own;
  for (const madeOf of sources) {
    const { level } = ownLevel(descriptor, role, partOf(descriptor, madeOf)!, snapshot);
    const isWithheld = level === 'hidden' || level === 'mask';
    if (isWithheld && level !== least.level && narrowest(level, least.level) === level)
      least = { level, source: 'derived', madeOf };
  }
  return least;
}

/** Combines the levels of several sets. @param choose which of two levels counts */
export function combine(sets: Levels[], choose: (a: FieldLevel, b: FieldLevel) => FieldLevel): Levels {
  const [head, ...rest] = sets;
  if (!head) return new Map();
  return new Map(
    [...head].map(([field, level]) => [
      field,
      rest.reduce((sum, other) => choose(sum, other.get(field) ?? 'hidden'), level),
    ]),
  );
}
