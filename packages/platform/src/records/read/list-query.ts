import {
  columnSql,
  type FieldRules,
  type FilterContext,
  infoOf,
  namesAreClear,
  QueryParts,
  scopeSql,
  toldSql,
} from '../decide/index.js';
import {
  type Condition,
  checkCondition,
  conditionSchema,
  type FieldInfo,
  type FieldResolver,
  likePattern,
  type SqlColumn,
  fieldsOf,
  toSql,
} from '@pellucid/conditions';
import { badRequest, type FieldProblem, ProblemError } from '../../errors/index.js';
import { storabilityProblem } from '../../http/storable-json.js';
import { CODECS, comparedField, type FieldDescriptor, type RecordDescriptor } from '../describe/index.js';
import type { CursorPosition } from './cursor.js';

export { QueryParts };
export { QUICK_SEARCH_CAP, quickSearchSql } from './quick-search.js';

/** System values that can be sorted and filtered by, in addition to the fields. */
const SYSTEM_FIELDS = new Map<string, FieldInfo & { column: string }>([
  ['createdAt', { key: 'createdAt', type: 'datetime', column: 'created_at' }],
  ['updatedAt', { key: 'updatedAt', type: 'datetime', column: 'updated_at' }],
]);

/** One key of a sort order. */
export interface SortKey {
  key: string;
  descending: boolean;
  /** SQL expression over the row alias `t`. */
  expression: string;
  cast: string;
  notNull: boolean;
}

/** Follows a dotted path through references; returns each step's descriptor and the last field. */
function follow(
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
      if (f.type !== 'reference' || !f.references) return undefined;
      objects.push(context.registry.forTenant(f.references, context.snapshot));
    }
  }
  return { objects, fields };
}

/**
 * Whether an order or a filter compares amounts that are stored in the company's base currency.
 * @param sort keys as in the request
 */
export function comparesBaseAmounts(
  context: FilterContext,
  filter: Condition | undefined,
  sort: string | undefined,
): boolean {
  const sorted = (sort || context.descriptor.defaultSort).split(',').map((key) => [key.replace(/^[-+]/, '')]);
  return [...sorted, ...(filter ? fieldsOf(filter) : [])].some((path) => {
    const found = follow(context, path);
    const f = found && comparedField(found.objects.at(-1)!, found.fields.at(-1)!);
    return f?.keptIn !== undefined;
  });
}

/** Resolves dotted paths for conditions. Fields that the actor may not filter by are treated as unknown. */
export function resolverOf(context: FilterContext): FieldResolver {
  return {
    field(path) {
      const last = path.at(-1)!;
      const system = SYSTEM_FIELDS.get(last);
      if (system) {
        const owner =
          path.length === 1 ? true : follow(context, path.slice(0, -1))?.fields.at(-1)?.type === 'reference';
        if (owner) return system;
      }
      const found = follow(context, path);
      return found ? infoOf(found.fields.at(-1)!) : undefined;
    },
  };
}

/** 422: order and matches of a field would reveal what is withheld of it. */
export function notInClear(parameter: '?filter' | '?sort', path: string): ProblemError {
  const message = `Your roles mask or hide "${path}", so you can't sort or filter by it.`;
  return new ProblemError(422, 'fieldNotInClear', 'Field masked or hidden', message, {
    errors: [{ pointer: parameter, code: 'fieldNotInClear', message }],
  });
}

/**
 * For a field that the actor may not filter by: returns the field itself if it is withheld, else the field it is
 * compared by.
 */
function unseenOf(f: FieldDescriptor, rules: FieldRules): string {
  return rules.read(f.key) === 'clear' ? (f.comparedBy ?? f.key) : f.key;
}

/** Returns the first field on a path that exists and is withheld from the actor; undefined when there is none. */
function withheldOn(context: FilterContext, path: string[]): string | undefined {
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

/**
 * Parses and checks a filter given as JSON text or as a tree.
 * @throws ProblemError 400 naming the condition and how to correct it
 */
export function parseFilter(given: unknown, context: FilterContext): Condition | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  let tree: unknown = given;
  if (typeof given === 'string') {
    if (given.length > 64_000)
      throw badRequest(
        'filterTooLong',
        'The filter is longer than 64,000 characters. Send it to POST …/query in parts.',
      );
    try {
      tree = JSON.parse(given);
    } catch {
      throw filterProblem([
        { pointer: '?filter', code: 'malformedJson', message: "The filter isn't valid JSON." },
      ]);
    }
    // A body was checked when it arrived; JSON in a URL was not.
    const problem = storabilityProblem(tree);
    if (problem) throw filterProblem([{ ...problem, pointer: `?filter${problem.pointer}` }]);
  }
  const parsed = conditionSchema.safeParse(tree);
  if (!parsed.success)
    throw filterProblem(
      parsed.error.issues.slice(0, 10).map((i) => ({
        pointer: `?filter${i.path.map((p) => `/${String(p)}`).join('')}`,
        code: 'invalidFilter',
        message: i.message,
      })),
    );
  for (const path of fieldsOf(parsed.data)) {
    const withheld = withheldOn(context, path);
    if (withheld) throw notInClear('?filter', withheld);
  }
  const problems = checkCondition(parsed.data, resolverOf(context));
  if (problems.length)
    throw filterProblem(
      problems.map((p) => ({ pointer: `?filter${p.pointer}`, code: p.code, message: p.message })),
    );
  return parsed.data;
}

function filterProblem(errors: FieldProblem[]) {
  return badRequest(
    'invalidFilter',
    errors
      .map((e) => e.message)
      .slice(0, 3)
      .join(' '),
    errors,
  );
}

/** Compiles a checked condition to SQL over the row alias `t`; dotted paths add joins to the parts. */
export function filterSql(
  condition: Condition,
  context: FilterContext,
  parts: QueryParts,
  deleted: boolean,
): string {
  return toSql(condition, {
    param: (value) => parts.param(value),
    clock: context.clock,
    resolver: resolverOf(context),
    column: (path) => columnOf(context, parts, path),
    matchText(path, kind, text, addParam) {
      const found = follow(context, path);
      const f = found?.fields.at(-1);
      if (!f?.storage.searchColumn) return undefined;
      const object = found!.objects.at(-1)!;
      const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
      const prefilter = f.searchable ? addParam(likePattern('contains', text)) : 'null';
      const call = `${alias}.id in (select record_text_match('${object.table}', '${f.storage.searchColumn}', ${addParam(likePattern(kind, text))}, ${prefilter}, ${path.length === 1 && deleted}, null))`;
      const isTold = toldOf(context, parts, path);
      const matched = isTold ? `(${call} and ${isTold})` : call;
      return path.length === 1 ? matched : `coalesce(${matched}, false)`;
    },
  });
}

/** Returns a predicate for the rows in which the path's last field is shown; undefined when it is shown in all. */
function toldOf(context: FilterContext, parts: QueryParts, path: string[]): string | undefined {
  const found = follow(context, path);
  if (!found) return undefined;
  const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
  const object = found.objects.at(-1)!;
  const { rules } = context.access.decide(object.key, 'read', context.snapshot);
  return toldSql(found.fields.at(-1)!, object, alias, parts, rules, context);
}

/** Conditions treat a value that is not shown as empty. */
const whereTold = (column: SqlColumn, told: string | undefined): SqlColumn =>
  told
    ? {
        ...column,
        value: `(case when ${told} then ${column.value} end)`,
        ...(column.norm ? { norm: `(case when ${told} then ${column.norm} end)` } : {}),
      }
    : column;

function columnOf(context: FilterContext, parts: QueryParts, path: string[]): SqlColumn {
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
function aliasOf(context: FilterContext, parts: QueryParts, path: string[]): string {
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
    sql: `left join ${target.table} ${alias} on ${alias}.tenant_id = ${parent}.tenant_id and ${alias}.id = ${id}${guard}`,
  });
  return alias;
}

/** Parses `-amount,name`. @throws ProblemError 400 */
export function parseSort(given: string | undefined, context: FilterContext, parts: QueryParts): SortKey[] {
  const text = given || context.descriptor.defaultSort;
  const names = text.split(',');
  if (names.length > 3)
    throw badRequest('invalidSort', 'Use at most three sort keys.', [
      { pointer: '?sort', code: 'tooMany', message: 'Use at most three sort keys.' },
    ]);
  return names.map((name) => {
    const descending = name.startsWith('-');
    const key = name.replace(/^[-+]/, '');
    const system = SYSTEM_FIELDS.get(key);
    if (system)
      return { key, descending, expression: `t.${system.column}`, cast: 'timestamptz', notNull: true };
    if (key === 'id') return { key, descending, expression: 't.id', cast: 'uuid', notNull: true };
    const f = context.descriptor.byKey.get(key);
    if (f && !context.access.rules(context.descriptor.key, context.snapshot).canFilter(key))
      throw notInClear('?sort', unseenOf(f, context.access.rules(context.descriptor.key, context.snapshot)));
    const compared = f && comparedField(context.descriptor, f);
    if (!f?.sortable || !compared)
      throw badRequest('invalidSort', `You can't sort by "${key}".`, [
        {
          pointer: '?sort',
          code: 'unknownField',
          message: `You can't sort by "${key}". Use a sortable field.`,
        },
      ]);
    if (f.type === 'reference') {
      const target = context.registry.forTenant(f.references!, context.snapshot);
      const decision = context.access.decide(target.key, 'read', context.snapshot);
      // If some names are withheld, sorting by name would reveal them.
      if (!namesAreClear(decision, target, context)) throw notInClear('?sort', key);
      return {
        key,
        descending,
        expression: `${aliasOf(context, parts, [key])}.display_norm`,
        cast: 'text',
        notNull: false,
      };
    }
    const { rules } = context.access.decide(context.descriptor.key, 'read', context.snapshot);
    const told = toldSql(f, context.descriptor, 't', parts, rules, context);
    // A value that is not shown sorts as an empty one.
    const of = (column: string) => (told ? `(case when ${told} then ${column} end)` : column);
    const { norm, value } = compared.storage;
    const cast = CODECS[f.type].sqlType;
    const expression = norm ? norm('t') : `${value('t')}${cast === 'text' ? ' collate "C"' : ''}`;
    return { key, descending, expression: of(expression), cast, notNull: compared.required && !told };
  });
}

/** Returns ORDER BY for the keys: nulls last in both directions, ties by id in the direction of the last key. */
export function orderBy(keys: SortKey[]): string {
  const last = keys.at(-1)!.descending;
  return [
    ...keys.map((k) => `${k.expression}${k.descending ? ' desc' : ''}${k.notNull ? '' : ' nulls last'}`),
    ...(keys.some((k) => k.key === 'id') ? [] : [`t.id${last ? ' desc' : ''}`]),
  ].join(', ');
}

/** Returns a predicate for the rows after a position in the order of the keys. */
export function afterPosition(keys: SortKey[], position: CursorPosition, parts: QueryParts): string {
  const idDescending = keys.at(-1)!.descending;
  if (keys.length === 1 && keys[0]!.notNull) {
    const k = keys[0]!;
    if (k.key === 'id') return `t.id ${k.descending ? '<' : '>'} ${parts.param(position.id)}::uuid`;
    return `(${k.expression}, t.id) ${k.descending ? '<' : '>'} (${parts.param(position.values[0])}::${k.cast}, ${parts.param(position.id)}::uuid)`;
  }
  const branches: string[] = [];
  const equal: string[] = [];
  for (const [i, k] of keys.entries()) {
    const value = position.values[i] ?? null;
    if (value === null) {
      equal.push(`${k.expression} is null`);
      continue; // only ties come after null
    }
    const p = parts.param(value);
    branches.push(
      [
        ...equal,
        `(${k.expression} ${k.descending ? '<' : '>'} ${p}::${k.cast}${k.notNull ? '' : ` or ${k.expression} is null`})`,
      ].join(' and '),
    );
    equal.push(`${k.expression} = ${p}::${k.cast}`);
  }
  branches.push(
    [...equal, `t.id ${idDescending ? '<' : '>'} ${parts.param(position.id)}::uuid`].join(' and '),
  );
  return `(${branches.map((b) => `(${b})`).join(' or ')})`;
}
