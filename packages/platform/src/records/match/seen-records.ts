/** Which existing records may be told to somebody as duplicates. */
import { averageTenant } from '../../db/average-tenant.js';
import { fieldsOf } from '@pellucid/conditions';
import { requireTenant } from '../../context/index.js';
import { type FilterContext, ownConditionSql, type QueryParts, scopeSql } from '../decide/index.js';

/**
 * Returns a predicate for the records of the context's object, as `t`, that the actor may be told of because of the values of
 * these fields: undeleted ones that they may read, if they see all the fields in clear in all of them. Undefined if they do
 * not: anything else would reveal a hidden value or record.
 */
export function tellable(
  context: FilterContext,
  keys: Iterable<string>,
  parts: QueryParts,
): string | undefined {
  const { descriptor, access, snapshot, clock } = context;
  const { allowed, scope } = access.decide(descriptor.key, 'read', snapshot);
  if (!allowed || ![...keys].every((key) => access.rules(descriptor.key, snapshot).canFilter(key)))
    return undefined;
  const where = [`t.tenant_id = ${averageTenant(parts.param(requireTenant()))}`, 't.deleted_at is null'];
  if (scope) where.push(scopeSql(scope, descriptor, 't', parts, clock));
  return where.join(' and ');
}

/**
 * Returns a predicate for records, as `t`, that people still work with: a converted lead is no duplicate of the contact that
 * it became. For an actor who doesn't see what that depends on, all count; undefined then, and if the object has no such records.
 */
export function atWork(
  { descriptor, access, snapshot, clock }: FilterContext,
  parts: QueryParts,
): string | undefined {
  const { frozen } = descriptor;
  if (!frozen) return undefined;
  const rules = access.rules(descriptor.key, snapshot);
  if (!fieldsOf(frozen.when).every(([key]) => rules.canFilter(key!))) return undefined;
  return `not (${ownConditionSql(frozen.when, descriptor, 't', parts, clock)})`;
}
