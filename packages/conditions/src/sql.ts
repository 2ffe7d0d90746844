/** Compiles a condition to a parametrised Postgres predicate. */
import { formatDay, formatInstant, type HalfOpenRange } from './calendar.js';
import {
  type Condition,
  ConditionError,
  type EvaluationClock,
  type FieldResolver,
} from './condition.types.js';
import { isSet } from './field-types/index.js';
import { type LeafPlan, planLeaf, type TextMatchKind, unknownLines } from './leaf-plan.js';
import { linkOf } from './record-link.js';

/** The SQL of one field. Both are operands: a column, or an expression in parentheses. */
export interface SqlColumn {
  /** The typed value: text, bigint (scaled), boolean, date, timestamptz, text[] or uuid. */
  value: string;
  /** The stored normal form of a text field (`normalizeText`). */
  norm?: string;
  /**
   * For links: the object and the id (uuid) of the record linked with, which an index serves, and the role of links that have
   * one; `value` is then the key of the link.
   */
  link?: { object: string; id: string; role?: string };
  /** For an encrypted field: returns what `norm` may contain instead of a normal form (its blind indexes). */
  formsOf?: (norm: string) => string[];
}

/** The SQL of one field, and how to reach it if it is not a column of the row. */
export interface SqlFieldAccess extends SqlColumn {
  /**
   * For a dotted path or a link table: puts a predicate over the far column into an EXISTS (or anything else that is
   * true or false, never null). If several rows are linked, one match is enough.
   */
  exists?: (predicate: (column: SqlColumn) => string) => string;
  /** For a multiSelect stored as one row per value in a link table: `value` is then a single text. */
  isElement?: boolean;
}

/** What compiling a condition to SQL depends on. */
export interface SqlContext {
  /** Adds a value and returns its placeholder. */
  param: AddParam;
  clock: EvaluationClock;
  resolver: FieldResolver;
  column(path: string[]): SqlFieldAccess;
  /**
   * Returns how to ask about lines: how to reach their fields, and what puts a predicate over one line into an EXISTS. Needed
   * if the resolver knows lines.
   */
  lines?(key: string): SqlLines;
  /**
   * Optionally implements contains, startswith and endswith in another way (row security keeps LIKE from using an
   * index). It receives the normalised text to look for, without wildcards (`likePattern` makes the pattern), and
   * `addParam`, which adds a value and returns its placeholder. It returns a predicate, or undefined for plain LIKE.
   */
  matchText?(
    path: string[],
    kind: TextMatchKind,
    normalizedPattern: string,
    addParam: (value: unknown) => string,
  ): string | undefined;
}

/** The SQL of lines that a record owns. */
export interface SqlLines {
  column(path: string[]): SqlFieldAccess;
  /** Is true if the predicate holds for one of the record's lines, else false; never null. */
  exists(predicate: string): string;
}

/**
 * Compiles a checked condition to a predicate for WHERE. Its values (strings, booleans and arrays of strings) go to
 * `context.param`, and each placeholder has a cast. In WHERE it selects the same rows as the evaluator; as a selected
 * value it may be null instead of false.
 * @throws ConditionError if `checkCondition` would find a problem
 */
export function toSql(condition: Condition, context: SqlContext): string {
  return compile(condition, false, context, context.param, '');
}

/** Adds a value and returns its placeholder. */
export type AddParam = (value: unknown) => string;

/** Pushes `not` down to the leaves, so that a null never occurs under a negation. */
function compile(
  condition: Condition,
  isNegated: boolean,
  context: SqlContext,
  addParam: AddParam,
  pointer: string,
): string {
  if ('not' in condition) return compile(condition.not, !isNegated, context, addParam, `${pointer}/not`);
  if ('field' in condition) {
    const plan = planLeaf(condition, context.resolver, context.clock, pointer);
    return compileLeaf(plan, plan.isNegated !== isNegated, context, addParam);
  }
  if ('lines' in condition) {
    const { lines: key, match, where } = condition;
    const within = context.resolver.lines?.(key);
    const lines = within && context.lines?.(key);
    if (!lines) throw new ConditionError([unknownLines(condition, pointer)]);
    const inner = { ...context, resolver: within, column: lines.column, matchText: undefined };
    // Every line matches if none fails to.
    const isNone = match !== 'any';
    const exists = lines.exists(compile(where, match === 'every', inner, addParam, `${pointer}/where`));
    return isNone === isNegated ? `(${exists})` : `(NOT (${exists}))`;
  }
  const key = 'all' in condition ? 'all' : 'any';
  const children = 'all' in condition ? condition.all : condition.any;
  const isAnd = (key === 'all') !== isNegated;
  const parts = children.map((child, i) =>
    compile(child, isNegated, context, addParam, `${pointer}/${key}/${i}`),
  );
  if (parts.length === 0) return isAnd ? 'TRUE' : 'FALSE';
  return parts.length === 1 ? parts[0]! : `(${parts.join(isAnd ? ' AND ' : ' OR ')})`;
}

function compileLeaf(plan: LeafPlan, isNegated: boolean, context: SqlContext, addParam: AddParam): string {
  const { test, path } = plan;
  if (test.kind === 'never') return isNegated ? 'TRUE' : 'FALSE';
  if (test.kind === 'textMatch' && context.matchText) {
    const matched = context.matchText(path, test.how, test.needle, addParam);
    if (matched !== undefined) return isNegated ? `((${matched}) IS NOT TRUE)` : `(${matched})`;
  }
  const access = context.column(path);
  if (!access.exists) {
    return isNegated ? negative(plan, access, addParam) : positive(plan, access, access.isElement, addParam);
  }
  const wrapped = access.exists((column) => positive(plan, column, access.isElement, addParam));
  return isNegated ? `(NOT (${wrapped}))` : `(${wrapped})`;
}

/** Returns a test for being one of some values; undefined for other kinds of tests. */
function membership({ test, family, path }: LeafPlan, column: SqlColumn, isElement?: boolean) {
  const { value } = column;
  switch (test.kind) {
    case 'textIn':
      return {
        operand: normOf(path, column),
        cast: 'text',
        values: column.formsOf ? test.values.flatMap(column.formsOf) : test.values,
      };
    case 'valueIn':
      return { operand: value, cast: family === 'reference' ? 'uuid' : 'text', values: test.values };
    case 'hasAny':
      return isElement ? { operand: value, cast: 'text', values: test.values } : undefined;
    case 'booleanIs':
      return { operand: value, cast: 'boolean', values: [test.value] };
    case 'integerIn':
      return { operand: value, cast: 'bigint', values: test.values.map(String) };
    case 'dayIn':
      return { operand: value, cast: 'date', values: test.values.map(formatDay) };
    default:
      return undefined;
  }
}

/** Returns SQL that is true if the test holds, and false or null if it does not. */
function positive(
  plan: LeafPlan,
  column: SqlColumn,
  isElement: boolean | undefined,
  addParam: AddParam,
): string {
  const { test, family } = plan;
  const { value } = column;
  if (column.link && (test.kind === 'valueIn' || test.kind === 'hasAny'))
    return linkedWith(column.link, test.values, addParam);
  const member = membership(plan, column, isElement);
  if (member)
    return member.values.length === 1
      ? `${member.operand} = ${addParam(member.values[0])}::${member.cast}`
      : `${member.operand} = ANY(${addParam(member.values)}::${member.cast}[])`;
  switch (test.kind) {
    case 'present':
      return `${value} IS NOT NULL`;
    case 'filled':
      if (isSet(family) && !isElement) return `cardinality(${value}) > 0`;
      return family === 'text' || family === 'choice'
        ? `${filledIn(plan, column)} <> ''`
        : `${value} IS NOT NULL`;
    case 'textMatch':
      return `${normOf(plan.path, column)} LIKE ${addParam(likePattern(test.how, test.needle))}::text ESCAPE '\\'`;
    case 'hasAny':
      return `${value} && ${addParam(test.values)}::text[]`;
    case 'integerRange':
      return bounds(
        test.min === undefined ? undefined : `${value} >= ${addParam(String(test.min))}::bigint`,
        test.max === undefined ? undefined : `${value} <= ${addParam(String(test.max))}::bigint`,
      );
    case 'dayRange':
      return halfOpen(value, test.range, (day) => `${addParam(formatDay(day))}::date`);
    case 'instantRange':
      return halfOpen(value, test.range, (instant) => `${addParam(formatInstant(instant))}::timestamptz`);
    case 'instantIn': {
      const from = addParam(test.ranges.map((range) => formatInstant(range.from)));
      const before = addParam(test.ranges.map((range) => formatInstant(range.before)));
      return (
        `EXISTS (SELECT FROM unnest(${from}::timestamptz[], ${before}::timestamptz[]) ` +
        `AS _span(_from, _before) WHERE ${value} >= _span._from AND ${value} < _span._before)`
      );
    }
    default:
      return 'FALSE';
  }
}

/** Returns SQL for being one of some links, given by their keys: of records, of records in a role, and of roles. */
function linkedWith(column: Required<SqlColumn>['link'], keys: string[], addParam: AddParam): string {
  const { object, id, role: inRole } = column;
  const groups = Map.groupBy(keys.map(linkOf), (link) => JSON.stringify([link.object, link.role]));
  const ways = [...groups.values()].map((links) => {
    const { object: of, role } = links[0]!;
    const tests: string[] = [];
    if (of !== '')
      tests.push(
        `${object} = ${addParam(of)}::text`,
        `${id} = ANY(${addParam(links.map((link) => link.id))}::uuid[])`,
      );
    if (role !== undefined) {
      if (inRole === undefined) throw new Error('the column of links with roles must name the role');
      tests.push(`${inRole} = ${addParam(role)}::text`);
    }
    return tests.join(' AND ');
  });
  return `(${ways.map((way) => `(${way})`).join(' OR ')})`;
}

function bounds(low: string | undefined, high: string | undefined): string {
  return low && high ? `(${low} AND ${high})` : (low ?? high)!;
}

function halfOpen(
  value: string,
  { from, before }: HalfOpenRange,
  literal: (point: number) => string,
): string {
  return bounds(
    from === undefined ? undefined : `${value} >= ${literal(from)}`,
    before === undefined ? undefined : `${value} < ${literal(before)}`,
  );
}

/** Returns SQL that is true if the test does not hold, including for null values; never null. */
function negative(plan: LeafPlan, access: SqlFieldAccess, addParam: AddParam): string {
  const { test, family } = plan;
  const { value } = access;
  if (test.kind === 'present' || (test.kind === 'filled' && access.isElement)) return `${value} IS NULL`;
  if (test.kind === 'filled') {
    if (isSet(family)) return `(${value} IS NULL OR cardinality(${value}) = 0)`;
    return family === 'text' || family === 'choice'
      ? `(${value} IS NULL OR ${filledIn(plan, access)} = '')`
      : `${value} IS NULL`;
  }
  const member = access.link ? undefined : membership(plan, access, access.isElement);
  if (member?.values.length === 1)
    return `${member.operand} IS DISTINCT FROM ${addParam(member.values[0])}::${member.cast}`;
  return `((${positive(plan, access, access.isElement, addParam)}) IS NOT TRUE)`;
}

/**
 * Returns the SQL that is empty for a blank text: its normal form, or the value of a choice. Blind indexes of a text
 * are never empty.
 */
function filledIn({ family }: LeafPlan, column: SqlColumn): string {
  return family === 'text' && column.norm !== undefined ? column.norm : column.value;
}

function normOf(path: string[], column: SqlColumn): string {
  if (column.norm === undefined)
    throw new Error(`the column of text field "${path.join('.')}" must name its normalised form (norm)`);
  return `${column.norm} COLLATE "C"`;
}

/** Escapes LIKE's wildcards, for ESCAPE '\'. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Returns the LIKE pattern (ESCAPE '\') to find a text inside, at the start or at the end. */
export function likePattern(kind: TextMatchKind, text: string): string {
  const escaped = escapeLike(text);
  if (kind === 'contains') return `%${escaped}%`;
  return kind === 'startswith' ? `${escaped}%` : `%${escaped}`;
}
