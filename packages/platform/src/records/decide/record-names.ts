import type { ObjectAccess } from './access-policy.js';
import { type DerivedView, isToldEverywhere, toldSql } from './derived-values.js';
import type { RecordDescriptor } from '../describe/index.js';
import type { QueryParts } from './query-parts.js';
import { scopeSql } from './scope-sql.js';

/**
 * Returns a predicate for whether a record's name may be shown: the record is in scope, and the fields its name is
 * composed of are visible. Undefined when the name may always be shown, null when never.
 */
export function nameGuard(
  access: ObjectAccess,
  descriptor: RecordDescriptor,
  alias: string,
  parts: QueryParts,
  view: DerivedView,
): string | null | undefined {
  if (!access.allowed || !access.rules.nameVisible) return null;
  const guards: string[] = [];
  if (access.scope) guards.push(scopeSql(access.scope, descriptor, alias, parts, view.clock));
  for (const key of [...descriptor.nameFields, ...descriptor.nameFallbacks]) {
    const told = toldSql(descriptor.byKey.get(key)!, descriptor, alias, parts, access.rules, view);
    if (told) guards.push(told);
  }
  if (!descriptor.nameFallbacks.every((key) => access.rules.canFilter(key)))
    guards.push(
      `(${descriptor.nameFields.map((key) => `coalesce(${descriptor.byKey.get(key)!.storage.value(alias)}, '') <> ''`).join(' or ')})`,
    );
  return guards.length ? guards.join(' and ') : undefined;
}

/** Whether the names of all visible records may be shown, so that the object can be looked up and sorted by name. */
export function namesAreClear(
  access: ObjectAccess,
  descriptor: RecordDescriptor,
  view: DerivedView,
): boolean {
  return (
    access.allowed &&
    access.rules.nameVisible &&
    descriptor.nameFallbacks.every((key) => access.rules.canFilter(key)) &&
    [...descriptor.nameFields, ...descriptor.nameFallbacks].every((key) =>
      isToldEverywhere(descriptor.byKey.get(key)!, descriptor, access.rules, view),
    )
  );
}
