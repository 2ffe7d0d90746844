import {
  columnSql,
  type FieldRules,
  type FilterContext,
  infoOf,
  type QueryParts,
  scopeSql,
  toldSql,
} from '../decide/index.js';
import type { FieldInfo, FieldResolver, SqlFieldAccess, SqlLines } from '@pellucid/conditions';
import { ProblemError } from '../../errors/index.js';
import {
  collectionOf,
  type FieldDescriptor,
  type LineCollection,
  partOf,
  type RecordDescriptor,
} from '../describe/index.js';

/**
 * Dotted paths through references, as filters, sorts and aggregates use them. Each step passes the rights to its
 * object: the rules of fields, the scope, and the derived values that the actor is not shown.
 */

/** System values that can be sorted and filtered by, in addition to the fields. */
export const SYSTEM_FIELDS = new Map<string, FieldInfo & { column: string }>([
  ['createdAt', { key: 'createdAt', type: 'datetime', column: 'created_at' }],
  ['updatedAt', { key: 'updatedAt', type: 'datetime', column: 'updated_at' }],
]);

/**
 * Follows a dotted path through references, as far as the actor may filter by it.
 * @returns each step's descriptor and field; undefined for a path that does not exist or is withheld
 */
export function follow(
  context: FilterContext,
  path: string[],
): { objects: RecordDescriptor[]; fields: FieldDescriptor[] } | undefined {
  const objects: RecordDescriptor[] = [context.descriptor];
  const fields: FieldDescriptor[] = [];
  for (const [i, key] of path.entries()) {
    const f = objects[i]!.byKey.get(key);
    if (!f?.filterable || !context.access.rules(objects[i]!.key, context.snapshot).canFilter(key))
      return undefined;
    if (i > 0 && !context.access.decide(objects[i]!.key, 'read', context.snapshot).allowed) return undefined;
    fields.push(f);
    if (i < path.length - 1) {
      if (f.traits.family !== 'reference' || !f.references) return undefined;
      objects.push(context.registry.forTenant(f.references, context.snapshot));
    }
  }
  return { objects, fields };
}

/**
 * 422: order, matches and sums of a field would reveal what is withheld of it.
 * @param pointer of the parameter or of the part of the body
 */
export function notInClear(pointer: string, path: string, use = 'sort or filter by it'): ProblemError {
  const message = `Your roles mask or hide "${path}", so you can't ${use}.`;
  return new ProblemError(422, 'fieldNotInClear', 'Field masked or hidden', message, {
    errors: [{ pointer, code: 'fieldNotInClear', message }],
  });
}

/**
 * For a field that the actor may not filter by: returns the field itself if it is withheld, else the field it is
 * compared by. One that is hidden from them is not named.
 */
export function unseenOf(f: FieldDescriptor, rules: FieldRules): string {
  const isCompared = rules.read(f.key) === 'clear' && f.comparedBy && rules.read(f.comparedBy) !== 'hidden';
  return isCompared ? f.comparedBy! : f.key;
}

/** Returns the first field on a path that exists and is withheld from the actor; undefined when there is none. */
export function withheldOn(context: FilterContext, path: string[]): string | undefined {
  if (collectionOf(context.descriptor, path[0]!)) return withheldOfLines(context, path);
  let descriptor: RecordDescriptor | undefined = context.descriptor;
  for (const [i, key] of path.entries()) {
    const f: FieldDescriptor | undefined = descriptor?.byKey.get(key);
    if (!descriptor || !f) return undefined;
    const decision = context.access.decide(descriptor.key, 'read', context.snapshot);
    if (!decision.rules.canFilter(key) || (i > 0 && !decision.allowed))
      return [...path.slice(0, i), unseenOf(f, decision.rules)].join('.');
    descriptor = f.references ? context.registry.forTenant(f.references, context.snapshot) : undefined;
  }
  return undefined;
}

/** The same for lines, or a field of lines. */
function withheldOfLines(
  { access, descriptor, snapshot }: FilterContext,
  path: string[],
): string | undefined {
  const rules = access.rules(descriptor.key, snapshot);
  const key = path.join('.');
  if (!rules.canFilter(path[0]!)) return path[0];
  return partOf(descriptor, key) && !rules.canFilter(key) ? key : undefined;
}

/** Resolves fields of lines, as far as the actor may filter by them. They lead to no further records. */
function lineResolverOf(
  { access, descriptor, snapshot }: FilterContext,
  collection: LineCollection,
): FieldResolver {
  const rules = access.rules(descriptor.key, snapshot);
  return {
    field([, name, ...rest]) {
      const f = rest.length ? undefined : collection.byName.get(name ?? '');
      return f?.filterable && rules.canFilter(f.key) ? infoOf(f) : undefined;
    },
  };
}

/** Returns the SQL that asks about the lines of the record in the row `t`. */
export function linesSql({ descriptor }: FilterContext, key: string): SqlLines {
  const { table, ownerColumn, byName } = collectionOf(descriptor, key)!;
  return {
    column: ([, name]) => columnSql(descriptor, byName.get(name!)!, 'ln'),
    exists: (predicate) =>
      `exists (select from ${table} ln where ln.tenant_id = t.tenant_id and ln.${ownerColumn} = t.id and ${predicate})`,
  };
}

/** Resolves dotted paths for conditions. Fields that the actor may not filter by are treated as unknown. */
export function resolverOf(context: FilterContext): FieldResolver {
  return {
    field(path) {
      const last = path.at(-1)!;
      const system = SYSTEM_FIELDS.get(last);
      if (system) {
        const owner =
          path.length === 1
            ? true
            : follow(context, path.slice(0, -1))?.fields.at(-1)?.traits.family === 'reference';
        if (owner) return system;
      }
      const found = follow(context, path);
      return found ? infoOf(found.fields.at(-1)!) : undefined;
    },
    lines(key) {
      const collection = collectionOf(context.descriptor, key);
      const rules = context.access.rules(context.descriptor.key, context.snapshot);
      return collection && rules.canFilter(key) ? lineResolverOf(context, collection) : undefined;
    },
  };
}

/** Returns a predicate for the rows in which the path's last field is shown; undefined when it is shown in all. */
export function toldOf(context: FilterContext, parts: QueryParts, path: string[]): string | undefined {
  const found = follow(context, path);
  if (!found) return undefined;
  const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
  const object = found.objects.at(-1)!;
  const { rules } = context.access.decide(object.key, 'read', context.snapshot);
  return toldSql(found.fields.at(-1)!, object, alias, parts, rules, context);
}

/** Conditions treat a value that is not shown as empty. */
export const whereTold = ({ exists, ...column }: SqlFieldAccess, told: string | undefined): SqlFieldAccess =>
  told
    ? {
        ...column,
        ...(exists ? { exists: (test) => `(${told} and ${exists(test)})` } : {}),
        value: `(case when ${told} then ${column.value} end)`,
        ...(column.link
          ? {
              link: {
                ...column.link,
                id: `(case when ${told} then ${column.link.id} end)`,
                ...(column.link.role ? { role: `(case when ${told} then ${column.link.role} end)` } : {}),
              },
            }
          : {}),
        ...(column.norm ? { norm: `(case when ${told} then ${column.norm} end)` } : {}),
      }
    : { ...column, ...(exists ? { exists } : {}) };

/** Returns the SQL of what conditions compare of a path's last field. Values that are not shown are null. */
export function columnOf(context: FilterContext, parts: QueryParts, path: string[]): SqlFieldAccess {
  const last = path.at(-1)!;
  const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
  const system = SYSTEM_FIELDS.get(last);
  if (system) return { value: `${alias}.${system.column}` };
  const found = follow(context, path)!;
  const object = found.objects.at(-1)!;
  return whereTold(columnSql(object, found.fields.at(-1)!, alias), toldOf(context, parts, path));
}

/**
 * Returns the alias of the record that a path of references leads to, and adds its join once. The join includes the
 * other object's own scope.
 */
export function aliasOf(context: FilterContext, parts: QueryParts, path: string[]): string {
  const key = path.join('.');
  const known = parts.joins.get(key);
  if (known) return known.alias;
  const parent = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
  const found = follow(context, path)!;
  const f = found.fields.at(-1)!;
  const target = context.registry.forTenant(f.references!, context.snapshot);
  const alias = `j${parts.joins.size}`;
  const id = f.storage.value(parent);
  const { allowed, scope } = context.access.decide(target.key, 'read', context.snapshot);
  const guard = !allowed
    ? ' and false'
    : scope
      ? ` and ${scopeSql(scope, target, alias, parts, context.clock)}`
      : '';
  parts.joins.set(key, {
    alias,
    sql: `left join ${target.source} ${alias} on ${alias}.tenant_id = ${parent}.tenant_id and ${alias}.id = ${id}${guard}`,
  });
  return alias;
}
