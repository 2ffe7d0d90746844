/**
 * Reduces a leaf to one of a few tests that are false for null, and a sign. Memory and SQL both use only this plan, so
 * they can differ only in how they carry out these tests.
 */
import { FIRST_DAY, LAST_DAY, relativeDays, startOfDay, type HalfOpenRange } from './calendar.js';
import {
  ConditionError,
  type ConditionProblem,
  type ConditionProblemCode,
  type EvaluationClock,
  type FieldInfo,
  type FieldResolver,
  type Leaf,
  type LinesCondition,
} from './condition.types.js';
import { BIGINT_MAX, BIGINT_MIN, type ScaledBound } from './decimal/index.js';
import { type Moment, type ParsedValue, parseLeaf, scaleOf } from './leaf-value.js';
import { FIELD_TYPES, isSet, type ValueFamily } from './field-types/index.js';
import { type ChangeOperator, isChangeOperator, isRelativeOperator, type Operator } from './operators.js';
import { isTextMatch, PLAIN_TEXT, type TextForm, type TextMatch, type TextMatchKind } from './text-form.js';
import { pathOf } from './tree.js';

export type { TextMatchKind };

/** A positive test that is false for null. Days and instants are as in calendar.ts; integers are scaled. */
export type LeafTest =
  | { kind: 'never' }
  | { kind: 'present' }
  | { kind: 'filled' }
  | { kind: 'textIn'; values: string[] }
  | ({ kind: 'textMatch' } & TextMatch)
  | { kind: 'valueIn'; values: string[] }
  | { kind: 'hasAny'; values: string[] }
  | { kind: 'booleanIs'; value: boolean }
  | { kind: 'integerIn'; values: bigint[] }
  | { kind: 'integerRange'; min?: bigint; max?: bigint }
  | { kind: 'dayIn'; values: number[] }
  | { kind: 'dayRange'; range: HalfOpenRange }
  | { kind: 'instantIn'; ranges: Required<HalfOpenRange>[] }
  | { kind: 'instantRange'; range: HalfOpenRange };

/** A leaf, ready to be evaluated or compiled. */
export interface LeafPlan {
  path: string[];
  info: FieldInfo;
  family: ValueFamily;
  scale: number;
  textForm: TextForm;
  test: LeafTest;
  /** The leaf is true if the test is not (`neq`, `nin`, `exists: false`, `empty`). */
  isNegated: boolean;
  /** For an operator over a change: which one. The test is then for the value that it names. */
  change?: ChangeOperator;
}

/**
 * Plans a leaf.
 * @param isOverChange whether the record is known before and after a change
 * @throws ConditionError when the field is unknown or the value does not suit it, or the operator needs a change
 */
export function planLeaf(
  leaf: Leaf,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer = '',
  isOverChange = false,
): LeafPlan {
  const path = pathOf(leaf);
  const info = resolver.field(path);
  if (!info) throw new ConditionError([unknownField(leaf, pointer)]);
  const { family } = FIELD_TYPES[info.type];
  if (isChangeOperator(leaf.op)) {
    const problem = changeProblem(leaf, pointer, isOverChange);
    if (problem) throw new ConditionError([problem]);
    const named = leafNamed(leaf, family);
    return { ...planLeaf(named, resolver, clock, pointer), change: leaf.op };
  }
  const plan = (test: LeafTest, isNegated = false): LeafPlan => ({
    path,
    info,
    family,
    scale: scaleOf(info),
    textForm: formOf(info),
    test,
    isNegated,
  });
  // A list may have been emptied by the program that built the tree. That is not the person's mistake: nothing is in
  // it.
  if ((leaf.op === 'in' || leaf.op === 'nin') && Array.isArray(leaf.value) && leaf.value.length === 0)
    return plan({ kind: 'never' }, leaf.op === 'nin');
  const parsed = parseLeaf(leaf, info, pointer);
  if ('problems' in parsed) throw new ConditionError(parsed.problems);
  const { op } = leaf;
  const { value } = parsed;
  if (value.kind === 'flag')
    // An empty set counts as no value: a link table without rows could not distinguish the two.
    return op === 'exists' && !isSet(family)
      ? plan({ kind: 'present' }, !value.flag)
      : plan({ kind: 'filled' }, op === 'exists' ? !value.flag : value.flag);
  return plan(testFor(op, value, clock, info), op === 'neq' || op === 'nin');
}

/** Returns the leaf that tests for the value which an operator over a change names; for `changed`, for any value. */
export function leafNamed(leaf: Leaf, family: ValueFamily): Leaf {
  if (leaf.op === 'changed') return { field: leaf.field, op: 'exists' };
  return { ...leaf, op: isSet(family) ? 'contains' : 'eq' };
}

/** Returns why an operator over a change can't be used here; undefined if it can. */
export function changeProblem(
  leaf: Leaf,
  pointer: string,
  isOverChange: boolean,
): ConditionProblem | undefined {
  const refuse = (code: ConditionProblemCode, message: string, at = '/op') => ({
    pointer: pointer + at,
    code,
    message,
  });
  if (!isOverChange)
    return refuse(
      'needs_change',
      `"${leaf.op}" compares a record before and after a change: it works in rules, not in filters and roles`,
    );
  if (pathOf(leaf).length > 1)
    return refuse(
      'needs_change',
      `"${leaf.op}" works on fields of the changed record only, not on those of records that it refers to`,
      '/field',
    );
  if (leaf.op === 'changed' && leaf.value !== undefined && leaf.value !== null)
    return refuse('value_unexpected', '"changed" takes no value: leave it out', '/value');
  return undefined;
}

/** Returns how the texts of a field are compared. */
export function formOf(info: FieldInfo): TextForm {
  return info.textForm ?? PLAIN_TEXT;
}

/** Returns the problem of a leaf whose field does not exist for the caller. @param pointer to the leaf */
export function unknownField(leaf: Leaf, pointer: string) {
  return {
    pointer: `${pointer}/field`,
    code: 'unknown_field' as const,
    message: `there is no field "${leaf.field}" here, or you may not filter by it: check its key in the object's description`,
  };
}

/** Returns the problem of a question about lines that the caller may not ask about. @param pointer to the question */
export function unknownLines({ lines }: LinesCondition, pointer: string) {
  return {
    pointer: `${pointer}/lines`,
    code: 'unknown_field' as const,
    message: `there are no lines "${lines}" here, or you may not filter by them: check their key in the object's description`,
  };
}

function testFor(op: Operator, value: ParsedValue, clock: EvaluationClock, info: FieldInfo): LeafTest {
  switch (value.kind) {
    case 'none':
    case 'days': {
      if (!isRelativeOperator(op)) return { kind: 'never' };
      const range = relativeDays(op, value.kind === 'days' ? value.days : 0, clock);
      return FIELD_TYPES[info.type].family === 'date'
        ? dayRange(range)
        : { kind: 'instantRange', range: toInstants(range, clock) };
    }
    case 'text': {
      const form = formOf(info);
      if (isTextMatch(op)) return { kind: 'textMatch', ...form.match(op, value.values[0]!) };
      return { kind: 'textIn', values: [...new Set(value.values.map(form.norm))] };
    }
    case 'choice':
    case 'reference':
    case 'link':
      return { kind: 'valueIn', values: value.values };
    case 'set':
    case 'links':
      return { kind: 'hasAny', values: value.values };
    case 'boolean':
      return { kind: 'booleanIs', value: value.values[0]! };
    case 'decimal':
      return decimalTest(op, value.values);
    case 'date':
      return dayTest(op, value.values);
    case 'datetime':
      return momentTest(op, value.values, clock);
    case 'flag':
      return { kind: 'present' };
  }
}

/**
 * Stored values are integer multiples of the smallest unit, so a bound between two of them is moved to the nearest one
 * on the right side, and nothing equals it. Exact, never rounded.
 */
function decimalTest(op: Operator, values: ScaledBound[]): LeafTest {
  const ceiling = ({ floor, exact }: ScaledBound) => (exact ? floor : floor + 1n);
  const [first, second] = values as [ScaledBound, ScaledBound];
  switch (op) {
    case 'gt':
      return integerRange(first.floor + 1n, undefined);
    case 'gte':
      return integerRange(ceiling(first), undefined);
    case 'lt':
      return integerRange(undefined, ceiling(first) - 1n);
    case 'lte':
      return integerRange(undefined, first.floor);
    case 'between':
      return integerRange(ceiling(first), second.floor);
    default: {
      const exact = values.filter((value) => value.exact).map((value) => value.floor);
      return exact.length ? { kind: 'integerIn', values: exact } : { kind: 'never' };
    }
  }
}

function integerRange(min: bigint | undefined, max: bigint | undefined): LeafTest {
  if ((min !== undefined && min > BIGINT_MAX) || (max !== undefined && max < BIGINT_MIN))
    return { kind: 'never' };
  return { kind: 'integerRange', min, max };
}

function dayTest(op: Operator, values: number[]): LeafTest {
  if (op === 'eq' || op === 'neq' || op === 'in' || op === 'nin') return { kind: 'dayIn', values };
  const spans = values.map((day) => ({ from: day, before: day + 1 }));
  return dayRange(boundBy(op, spans));
}

/** Dates end with the years 1 and 9999, so a bound beyond them excludes nothing or everything. */
function dayRange({ from, before }: HalfOpenRange): LeafTest {
  if ((from !== undefined && from > LAST_DAY) || (before !== undefined && before <= FIRST_DAY))
    return { kind: 'never' };
  const range = {
    from: from !== undefined && from > FIRST_DAY ? from : undefined,
    before: before !== undefined && before <= LAST_DAY ? before : undefined,
  };
  const isOpen = range.from === undefined && range.before === undefined;
  return isOpen ? { kind: 'present' } : { kind: 'dayRange', range };
}

function momentTest(op: Operator, values: Moment[], clock: EvaluationClock): LeafTest {
  // An instant means its whole millisecond, because the database stores microseconds and JavaScript does not.
  const ranges = values.map((moment) =>
    'instant' in moment
      ? { from: moment.instant, before: moment.instant + 1 }
      : { from: startOfDay(moment.day, clock.zone), before: startOfDay(moment.day + 1, clock.zone) },
  );
  if (op === 'eq' || op === 'neq') return { kind: 'instantRange', range: ranges[0]! };
  if (op === 'in' || op === 'nin') return { kind: 'instantIn', ranges };
  return { kind: 'instantRange', range: boundBy(op, ranges) };
}

/** Returns the range after, from, before, up to or between values that are spans themselves. */
function boundBy(op: Operator, spans: Required<HalfOpenRange>[]): HalfOpenRange {
  const [first, second] = spans as [Required<HalfOpenRange>, Required<HalfOpenRange>];
  switch (op) {
    case 'gt':
      return { from: first.before };
    case 'gte':
      return { from: first.from };
    case 'lt':
      return { before: first.from };
    case 'lte':
      return { before: first.before };
    default:
      return { from: first.from, before: second.before };
  }
}

function toInstants(days: HalfOpenRange, clock: EvaluationClock): HalfOpenRange {
  return {
    from: days.from === undefined ? undefined : startOfDay(days.from, clock.zone),
    before: days.before === undefined ? undefined : startOfDay(days.before, clock.zone),
  };
}
