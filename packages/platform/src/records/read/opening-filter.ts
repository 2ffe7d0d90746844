import type { Condition } from '@pellucid/conditions';
import { requireTenant } from '../../context/index.js';
import {
  type FilterContext,
  type OpeningLink,
  opensSql,
  policySql,
  type QueryParts,
  type RecordScope,
  scopeSql,
} from '../decide/index.js';
import { targetsIn } from '../describe/index.js';

/** A record that a list starts from, and the link by which it may open the records of the list. */
export interface Opener {
  id: string;
  link: OpeningLink;
}

/** Returns the record that a filter says all records of a list are linked to, if it may open them to the actor. */
export function openerIn(filter: Condition | undefined, scope: RecordScope | undefined): Opener | undefined {
  const inherited = scope?.inherited;
  if (!inherited || !filter) return undefined;
  for (const leaf of 'all' in filter ? filter.all : [filter]) {
    if (!('field' in leaf)) continue;
    const value = onlyValue(leaf);
    for (const link of typeof value === 'string' ? inherited.links : []) {
      if (link.field.key !== leaf.field) continue;
      const [target] = targetsIn(link.field, value);
      if (target?.object === link.parent.key) return { id: target.id, link };
    }
  }
  return undefined;
}

/** Operators that a reference fulfils if it is the value, and a list of references if the value is in it. */
const LINKED_WITH: ReadonlySet<string> = new Set(['eq', 'contains', 'in']);

function onlyValue({ op, value }: { op: string; value?: unknown }): unknown {
  if (!LINKED_WITH.has(op)) return undefined;
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * Returns a predicate for the records of a scope. If a list starts from a record that opens all its records, that is asked
 * once; only if it does not open them, each row is checked.
 */
export function withinSql(
  scope: RecordScope,
  opener: Opener | undefined,
  { descriptor, clock }: FilterContext,
  parts: QueryParts,
): string {
  const each = scopeSql(scope, descriptor, 't', parts, clock);
  if (!opener) return each;
  const tenant = parts.param(requireTenant());
  const id = parts.param(opener.id);
  const { link } = opener;
  const opens = `exists (select from ${link.parent.source} o where o.tenant_id = ${tenant}::uuid and o.id = ${id}::uuid and ${opensSql(link, 'o', parts, clock)})`;
  const policy = policySql(scope, descriptor, 't', parts, clock);
  return `((${policy ? `${policy} and ` : ''}${opens}) or ${each})`;
}
