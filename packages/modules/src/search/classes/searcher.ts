import type { Subject, TenantSnapshot } from '@pellucid/platform/access';
import {
  type FieldAccess,
  type FilterContext,
  isToldByRecord,
  nameGuard,
  QueryParts,
  refersTo,
  toldSql,
} from '@pellucid/platform/records';
import { type SearchedField, searchedFields } from '../documents/searched-fields.js';
import type { ClassContent } from './search-class.js';

/** Returns a context in which somebody else's rights decide. */
export function asSubject(context: FilterContext, subject: Subject): FilterContext {
  const { access } = context;
  const decide: FieldAccess['decide'] = (object, action, snapshot: TenantSnapshot) =>
    access.decide(object, action, snapshot, subject);
  return {
    ...context,
    access: {
      decide,
      rules: (object, snapshot) => decide(object, 'read', snapshot).rules,
      admits: access.admits.bind(access),
      bitsOf: access.bitsOf.bind(access),
      holds: access.holds.bind(access),
    },
  };
}

/** Returns the fields that the context's reader may search: those that they see in clear in every record. */
export function fieldsSeen(context: FilterContext): SearchedField[] {
  const { descriptor, registry, snapshot, access } = context;
  const { allowed, rules } = access.decide(descriptor.key, 'read', snapshot);
  if (!allowed) return [];
  return searchedFields(descriptor, registry, snapshot).filter(({ field }) => rules.canFilter(field.key));
}

/** Whether a field can have what only those may find who see other records. */
export const canBeOthers = (context: FilterContext, { field, isByName }: SearchedField): boolean =>
  isByName || isToldByRecord(field, context.descriptor);

/**
 * Returns a predicate over an alias of the object's table: whether the reader sees all that the fields have of other
 * records. Undefined if that is so in every record.
 */
export function othersSeenSql(
  context: FilterContext,
  fields: SearchedField[],
  alias: string,
  parts: QueryParts,
): string | undefined {
  const { descriptor, registry, snapshot, access } = context;
  const { rules } = access.decide(descriptor.key, 'read', snapshot);
  const guards = fields.flatMap(({ field, isByName }, nth) => {
    const told = toldSql(field, descriptor, alias, parts, rules, context);
    if (!isByName) return told ?? [];
    const target = registry.forTenant(field.references!, snapshot);
    const far = `${alias}_s${nth}`;
    const guard = nameGuard(access.decide(target.key, 'read', snapshot), target, far, parts, context);
    if (guard === undefined) return told ?? [];
    const unseen = guard === null ? 'true' : `(${guard}) is not true`;
    const { storage } = field;
    const refers = storage.linked
      ? refersTo(
          { storage, record: alias, target: { object: target.key, source: target.source, alias: far } },
          unseen,
        )
      : `exists (select from ${target.source} ${far} where ${far}.tenant_id = ${alias}.tenant_id and ${far}.id = ${field.traits.isList ? `any((${storage.value(alias)})::uuid[])` : storage.value(alias)} and ${unseen})`;
    return [...(told ? [told] : []), `not ${refers}`];
  });
  return guards.length ? guards.map((guard) => `(${guard})`).join(' and ') : undefined;
}

/** Returns the classes that somebody with the context's rights needs to search all they see. */
export function classesNeeded(context: FilterContext): ClassContent[] {
  const seen = fieldsSeen(context);
  const fields = seen.map(({ field }) => field.key).sort();
  if (!seen.some((each) => canBeOthers(context, each))) return [{ fields, told: false }];
  const isEverywhere = othersSeenSql(context, seen, 't', new QueryParts()) === undefined;
  return isEverywhere
    ? [{ fields, told: true }]
    : [
        { fields, told: true },
        { fields, told: false },
      ];
}
