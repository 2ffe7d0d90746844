import { type FilterContext, namesAreClear, QueryParts, toldSql } from '../decide/index.js';
import {
  type Condition,
  checkCondition,
  conditionSchema,
  likePattern,
  fieldsOf,
  splitPath,
  toSql,
} from '@pellucid/conditions';
import { badRequest, type FieldProblem } from '../../errors/index.js';
import { storabilityProblem } from '../../http/storable-json.js';
import { comparedField, type FieldDescriptor, isInOwnRow, type RecordDescriptor } from '../describe/index.js';
import type { CursorPosition } from './cursor.js';
import {
  aliasOf,
  columnOf,
  follow,
  linesSql,
  notInClear,
  resolverOf,
  SYSTEM_FIELDS,
  toldOf,
  unseenOf,
  withheldOn,
} from './field-paths.js';
import { askedOnce, partOfMatch, textMatch } from './quick-search.js';

export { QueryParts };
export { QUICK_SEARCH_CAP, quickSearchSql } from './quick-search.js';

/** One key of a sort order. */
export interface SortKey {
  key: string;
  descending: boolean;
  /** SQL expression over the row alias `t`. */
  expression: string;
  cast: string;
  notNull: boolean;
  /** The column of the own row that the expression is, in the order in which it stands there. */
  column?: string;
}

/** The beginning of a list that a text match may be cut to: the first rows in the order of one column. */
export interface MatchedPage {
  column: string;
  descending: boolean;
  limit: number;
  /** The position after which it starts. */
  from: CursorPosition | undefined;
}

/**
 * Whether one of the fields is compared by an amount that is stored in the company's base currency.
 * @param paths of the fields; see {@link sortPaths} and `fieldsOf`
 */
export function comparesBaseAmounts(context: FilterContext, paths: string[][]): boolean {
  return paths.some((path) => {
    const found = follow(context, path);
    const f = found && comparedField(found.objects.at(-1)!, found.fields.at(-1)!);
    return f?.keptIn !== undefined;
  });
}

/** Returns the paths of the fields that an order compares. @param sort keys as in the request */
export function sortPaths(context: FilterContext, sort: string | undefined): string[][] {
  return orderOf(sort, context)
    .split(',')
    .map((key) => [key.replace(/^[-+]/, '')]);
}

/**
 * Parses and checks a filter given as JSON text or as a tree.
 * @param at where the request gave it, as a pointer
 * @throws ProblemError 400 naming the condition and how to correct it
 */
export function parseFilter(
  given: unknown,
  context: FilterContext,
  at: '?filter' | '/filter' = '?filter',
): Condition | undefined {
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
      throw filterProblem([{ pointer: at, code: 'malformedJson', message: "The filter isn't valid JSON." }]);
    }
    // A body was checked when it arrived; JSON in a URL was not.
    const problem = storabilityProblem(tree);
    if (problem) throw filterProblem([{ ...problem, pointer: `${at}${problem.pointer}` }]);
  }
  const parsed = conditionSchema.safeParse(tree);
  if (!parsed.success)
    throw filterProblem(
      parsed.error.issues.slice(0, 10).map((i) => ({
        pointer: `${at}${i.path.map((p) => `/${String(p)}`).join('')}`,
        code: 'invalidFilter',
        message: i.message,
      })),
    );
  for (const path of fieldsOf(parsed.data)) {
    const withheld = withheldOn(context, path);
    if (withheld) throw notInClear(at, withheld);
  }
  const problems = checkCondition(parsed.data, resolverOf(context));
  if (problems.length)
    throw filterProblem(
      problems.map((p) => ({ pointer: `${at}${p.pointer}`, code: p.code, message: p.message })),
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

/**
 * Compiles a checked condition to SQL over the row alias `t`; dotted paths add joins to the parts.
 * @param page what the rows are cut to if the condition is a single text match: see {@link isTextMatch}
 */
export function filterSql(
  condition: Condition,
  context: FilterContext,
  parts: QueryParts,
  deleted: boolean,
  page?: MatchedPage,
): string {
  return toSql(condition, {
    param: (value) => parts.param(value),
    clock: context.clock,
    resolver: resolverOf(context),
    column: (path) => columnOf(context, parts, path),
    lines: (key) => linesSql(context, key),
    matchText(path, kind, text, addParam) {
      const found = follow(context, path);
      const f = found?.fields.at(-1);
      if (!f || !isInOwnRow(f) || (!f.storage.searchColumn && !f.searchable)) return undefined;
      const object = found!.objects.at(-1)!;
      const alias = path.length === 1 ? 't' : aliasOf(context, parts, path.slice(0, -1));
      const idsOf = (column: string, pattern: string, prefilter: string) =>
        page
          ? `t.id in (${askedOnce(`select ${pageCall(object, column, pattern, prefilter, deleted, page, parts)}`)})`
          : `${alias}.id in (${askedOnce(`select ${textMatch(object, column, [pattern, prefilter, path.length === 1 && deleted, 'null'])}`)})`;
      const pattern = addParam(likePattern(kind, text));
      const part = f.searchable ? addParam(likePattern('contains', text)) : 'null';
      const call = f.storage.searchColumn
        ? idsOf(f.storage.searchColumn, pattern, part)
        : `(${idsOf('search_norm', part, 'null')} and ${f.storage.norm!(alias)} like ${pattern})`;
      const isTold = toldOf(context, parts, path);
      const matched = isTold ? `(${call} and ${isTold})` : call;
      return path.length === 1 ? matched : `coalesce(${matched}, false)`;
    },
  });
}

/** Returns the call of the function that finds the first rows with a text, in the order of a column. */
function pageCall(
  object: RecordDescriptor,
  column: string,
  pattern: string,
  prefilter: string,
  deleted: boolean,
  page: MatchedPage,
  parts: QueryParts,
): string {
  const value = parts.param(page.from?.values[0] ?? null);
  const id = parts.param(page.from?.id ?? null);
  return `record_text_page('${object.table}', '${column}', ${pattern}, ${prefilter}, ${deleted}, '${page.column}', ${page.descending}, ${page.limit}, ${value}::text, ${id}::uuid${partOfMatch(object)})`;
}

/**
 * Whether the condition is nothing but a text match on a field of the record itself that is shown in every record. The
 * match can then be cut to a page, instead of looking up all matching records.
 */
export function isTextMatch(condition: Condition, context: FilterContext): boolean {
  if (!('field' in condition) || !PARTS_OF_TEXT.has(condition.op)) return false;
  const path = splitPath(condition.field);
  const f = path.length === 1 ? context.descriptor.byKey.get(path[0]!) : undefined;
  return Boolean(f?.storage.searchColumn && !f.cipher) && !toldOf(context, new QueryParts(), path);
}

const PARTS_OF_TEXT: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);

/** The order of lists for callers who can't sort as the object's description says. Everybody sees when a record was made. */
const NEWEST_FIRST = '-createdAt';

/** Returns the order that a list was asked for, else the object's, if nothing that it compares is withheld from the caller. */
export function orderOf(given: string | undefined, context: FilterContext): string {
  if (given) return given;
  const { defaultSort, byKey } = context.descriptor;
  const isWithheld = (name: string) => {
    const f = byKey.get(name.replace(/^[-+]/, ''));
    return f !== undefined && withheldIn(f, context) !== undefined;
  };
  return defaultSort.split(',').some(isWithheld) ? NEWEST_FIRST : defaultSort;
}

/** Names what a list may not be sorted by because the caller does not see it in every record; undefined for other fields. */
function withheldIn(f: FieldDescriptor, context: FilterContext): string | undefined {
  const rules = context.access.rules(context.descriptor.key, context.snapshot);
  if (!rules.canFilter(f.key)) return unseenOf(f, rules);
  if (f.traits.family !== 'reference') return undefined;
  const target = context.registry.forTenant(f.references!, context.snapshot);
  const decision = context.access.decide(target.key, 'read', context.snapshot);
  // If some names are withheld, sorting by name would reveal them.
  return namesAreClear(decision, target, context) ? undefined : f.key;
}

/** Parses `-amount,name`. @throws ProblemError 400 */
export function parseSort(given: string | undefined, context: FilterContext, parts: QueryParts): SortKey[] {
  const names = orderOf(given, context).split(',');
  if (names.length > 3)
    throw badRequest('invalidSort', 'Use at most three sort keys.', [
      { pointer: '?sort', code: 'tooMany', message: 'Use at most three sort keys.' },
    ]);
  return names.map((name) => {
    const descending = name.startsWith('-');
    const key = name.replace(/^[-+]/, '');
    const system = SYSTEM_FIELDS.get(key);
    if (system)
      return {
        key,
        descending,
        expression: `t.${system.column}`,
        cast: 'timestamptz',
        notNull: true,
        column: system.column,
      };
    if (key === 'id') return { key, descending, expression: 't.id', cast: 'uuid', notNull: true };
    const f = context.descriptor.byKey.get(key);
    const withheld = f && withheldIn(f, context);
    if (withheld) throw notInClear('?sort', withheld);
    const compared = f && comparedField(context.descriptor, f);
    if (!f?.sortable || !compared)
      throw badRequest('invalidSort', `You can't sort by "${key}".`, [
        {
          pointer: '?sort',
          code: 'unknownField',
          message: `You can't sort by "${key}". Use a sortable field.`,
        },
      ]);
    if (f.traits.family === 'reference') {
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
    const { norm, value, order } = compared.storage;
    const cast = f.traits.sqlType;
    if (order) {
      // A key that is repeated has its join already.
      const joined = parts.joins.get(`order ${key}`)?.alias ?? `s${parts.joins.size}`;
      const { join, value: indexed } = order('t', joined);
      parts.joins.set(`order ${key}`, { alias: joined, sql: join });
      return { key, descending, expression: of(indexed), cast, notNull: false };
    }
    const expression = norm ? norm('t') : `${value('t')}${cast === 'text' ? ' collate "C"' : ''}`;
    // A text without compared form stands in another order in its column than in the list.
    const column =
      compared.storage.searchColumn ?? (cast === 'text' ? undefined : compared.storage.columns[0]);
    return {
      key,
      descending,
      expression: of(expression),
      cast,
      notNull: compared.required && !told,
      ...(column !== undefined && expression === `t.${column}` && !told ? { column } : {}),
    };
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
