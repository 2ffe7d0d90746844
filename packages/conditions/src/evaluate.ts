/** Evaluates conditions on records in memory. */
import { formatDay, readInstant, type HalfOpenRange } from './calendar.js';
import {
  type Condition,
  ConditionError,
  type EvaluationClock,
  type FieldResolver,
  type Leaf,
  type LinesCondition,
} from './condition.types.js';
import { readScaled, toScaledInteger } from './decimal/index.js';
import { isSet } from './field-types/index.js';
import { type LeafPlan, planLeaf, unknownLines } from './leaf-plan.js';
import { isBlankText } from './normalize-text.js';
import { OPERATORS } from './operators.js';
import { linkTest, readLinkKey } from './record-link.js';
import { isAboutLines } from './tree.js';

/** Returns the value at a dotted path; null or undefined if there is none. */
export type FieldReader = (path: string[]) => unknown;

type ValueTest = (value: unknown) => boolean;

/**
 * Compiles a checked condition to a function that can be called for many records. Everything that does not depend on
 * the record (normal forms, bounds, local days) is computed once.
 * @throws ConditionError if `checkCondition` would find a problem
 */
export function compileEvaluator(
  condition: Condition,
  resolver: FieldResolver,
  clock: EvaluationClock,
): (read: FieldReader) => boolean {
  return compileState(condition, resolver, clock, '');
}

function compileState(
  condition: Condition,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer: string,
): (read: FieldReader) => boolean {
  return compile(
    condition,
    {
      leaf: (leaf, at) => {
        const { path, holds } = compileLeaf(leaf, resolver, clock, at);
        return (read) => holds(read(path));
      },
      lines: (question, at) => compileLines(question, resolver, clock, at),
    },
    pointer,
  );
}

/** Compiles a question about lines to a function of the record that owns them. */
function compileLines(
  question: LinesCondition,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer: string,
): (read: FieldReader) => boolean {
  const { lines: key, match } = question;
  const within = resolver.lines?.(key);
  if (!within) throw new ConditionError([unknownLines(question, pointer)]);
  const holds = compileState(question.where, within, clock, `${pointer}/where`);
  const holdsFor = (line: unknown) => holds((path) => descend(line, path, 1));
  return (read) => {
    const found = read([key]);
    const lines = Array.isArray(found) ? found : [];
    if (match === 'every') return lines.every(holdsFor);
    return lines.some(holdsFor) === (match === 'any');
  };
}

/** Compiles and evaluates once; for many records use `compileEvaluator`. */
export function evaluate(
  condition: Condition,
  record: Record<string, unknown>,
  resolver: FieldResolver,
  clock: EvaluationClock,
): boolean {
  return compileEvaluator(condition, resolver, clock)(readerOf(record));
}

/**
 * Returns a reader over a nested plain object. A path through a missing value gives undefined; a path through a list
 * gives the list of its items' values (a to-many path means "any of them").
 */
export function readerOf(record: Record<string, unknown>): FieldReader {
  return (path) => descend(record, path, 0);
}

function descend(value: unknown, path: string[], depth: number): unknown {
  if (depth === path.length) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.flatMap((item) => descend(item, path, depth));
  const key = path[depth]!;
  return Object.hasOwn(value, key)
    ? descend((value as Record<string, unknown>)[key], path, depth + 1)
    : undefined;
}

/** A record before and after a change. */
export interface RecordChange {
  /** Reads null everywhere for a new record. */
  before: FieldReader;
  after: FieldReader;
}

/**
 * Compiles a checked condition over a change to a function that can be called for many changes. Operators over a state
 * read the record as it is after the change.
 * @throws ConditionError if `checkCondition(…, 'change')` would find a problem
 */
export function compileChangeEvaluator(
  condition: Condition,
  resolver: FieldResolver,
  clock: EvaluationClock,
): (change: RecordChange) => boolean {
  const parts: Parts<RecordChange> = {
    leaf: (leaf, pointer) => compileChangeLeaf(leaf, resolver, clock, pointer),
    lines: (question, pointer) => {
      const holds = compileLines(question, resolver, clock, pointer);
      return ({ after }) => holds(after);
    },
  };
  return compile(condition, parts, '');
}

/** Compiles the parts of a tree that read whatever `Source` holds. */
interface Parts<Source> {
  leaf(leaf: Leaf, pointer: string): (source: Source) => boolean;
  lines(question: LinesCondition, pointer: string): (source: Source) => boolean;
}

function compile<Source>(
  condition: Condition,
  of: Parts<Source>,
  pointer: string,
): (source: Source) => boolean {
  if ('all' in condition) {
    const parts = condition.all.map((child, i) => compile(child, of, `${pointer}/all/${i}`));
    return (source) => {
      for (let i = 0; i < parts.length; i++) if (!parts[i]!(source)) return false;
      return true;
    };
  }
  if ('any' in condition) {
    const parts = condition.any.map((child, i) => compile(child, of, `${pointer}/any/${i}`));
    return (source) => {
      for (let i = 0; i < parts.length; i++) if (parts[i]!(source)) return true;
      return false;
    };
  }
  if ('not' in condition) {
    const inner = compile(condition.not, of, `${pointer}/not`);
    return (source) => !inner(source);
  }
  return isAboutLines(condition) ? of.lines(condition, pointer) : of.leaf(condition, pointer);
}

function compileChangeLeaf(
  leaf: Leaf,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer: string,
): (change: RecordChange) => boolean {
  const plan = planLeaf(leaf, resolver, clock, pointer, true);
  const { path } = plan;
  const holds = valueTestOf(plan);
  switch (plan.change) {
    case undefined:
      return ({ after }) => holds(after(path));
    case 'was':
      return ({ before }) => holds(before(path));
    case 'changed_to':
      return ({ before, after }) => holds(after(path)) && !holds(before(path));
    case 'changed_from':
      return ({ before, after }) => holds(before(path)) && !holds(after(path));
    case 'changed': {
      const known = knownValue(plan);
      return ({ before, after }) => known(before(path)) !== known(after(path));
    }
  }
}

/** Returns a function that gives equal results for equal values, and null for none or one of another type. */
function knownValue({ family, scale }: LeafPlan): (value: unknown) => unknown {
  const idOf = (value: unknown) =>
    typeof value === 'object' && value ? (value as { id?: unknown }).id : value;
  const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
  const setOf = (value: unknown) =>
    Array.isArray(value) && value.length ? JSON.stringify([...new Set(value.map(idOf))].sort()) : null;
  switch (family) {
    case 'decimal':
      return (value) => readScaled(value, scale) ?? null;
    case 'datetime':
      return (value) => readInstant(value) ?? null;
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : null);
    case 'reference':
      return (value) => setOf(value) ?? textOf(idOf(value))?.toLowerCase() ?? null;
    case 'set':
      return setOf;
    case 'link':
      return (value) => readLinkKey(value) ?? null;
    case 'links':
      return (value) => setOf(Array.isArray(value) ? value.map(readLinkKey) : null);
    default:
      return textOf;
  }
}

function compileLeaf(
  leaf: Leaf,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer: string,
): { path: string[]; holds: ValueTest } {
  const plan = planLeaf(leaf, resolver, clock, pointer);
  return { path: plan.path, holds: valueTestOf(plan) };
}

/** Returns the leaf's test for the value at its path, which may be null or a list. */
function valueTestOf(plan: LeafPlan): ValueTest {
  const test = testOf(plan);
  const positive: ValueTest = isSet(plan.family)
    ? (value) => value !== null && value !== undefined && test(value)
    : (value) =>
        value !== null &&
        value !== undefined &&
        (Array.isArray(value)
          ? value.some((item) => item !== null && item !== undefined && test(item))
          : test(value));
  return plan.isNegated ? (value) => !positive(value) : positive;
}

/** Returns the test for one value that is not null. A value that does not match the field's type counts as null. */
function testOf({ test, family, scale, textForm: { norm } }: LeafPlan): ValueTest {
  switch (test.kind) {
    case 'never':
      return () => false;
    case 'present':
      return () => true;
    case 'filled':
      if (isSet(family)) return (value) => !Array.isArray(value) || value.length > 0;
      if (family === 'text') return (value) => typeof value !== 'string' || !isBlankText(value);
      return (value) => value !== '';
    case 'textIn': {
      if (test.values.length === 1) {
        const wanted = test.values[0]!;
        return (value) => typeof value === 'string' && norm(value) === wanted;
      }
      const wanted = new Set(test.values);
      return (value) => typeof value === 'string' && wanted.has(norm(value));
    }
    case 'textMatch': {
      const { needle } = test;
      if (test.how === 'contains')
        return (value) => typeof value === 'string' && norm(value).includes(needle);
      if (test.how === 'startswith')
        return (value) => typeof value === 'string' && norm(value).startsWith(needle);
      return (value) => typeof value === 'string' && norm(value).endsWith(needle);
    }
    case 'valueIn': {
      const wanted = new Set(test.values);
      if (family === 'link') return linkTest(test.values);
      if (family !== 'reference') return (value) => wanted.has(value as string);
      return (value) => {
        // In responses, a reference is {id, name}.
        const id = typeof value === 'object' ? (value as { id?: unknown }).id : value;
        return typeof id === 'string' && (wanted.has(id) || wanted.has(id.toLowerCase()));
      };
    }
    case 'hasAny': {
      if (family === 'links') {
        const isWanted = linkTest(test.values);
        return (value) => [value].flat().some(isWanted);
      }
      const wanted = new Set<unknown>(test.values);
      return (value) => (Array.isArray(value) ? value.some((item) => wanted.has(item)) : wanted.has(value));
    }
    case 'booleanIs':
      return (value) => value === test.value;
    case 'integerIn': {
      const wanted = new Set(test.values.map(toScaledInteger));
      return (value) => {
        const scaled = readScaled(value, scale);
        return scaled !== undefined && wanted.has(scaled);
      };
    }
    case 'integerRange': {
      const min = test.min === undefined ? Number.NEGATIVE_INFINITY : toScaledInteger(test.min);
      const max = test.max === undefined ? Number.POSITIVE_INFINITY : toScaledInteger(test.max);
      return (value) => {
        const scaled = readScaled(value, scale);
        return scaled !== undefined && scaled >= min && scaled <= max;
      };
    }
    case 'dayIn': {
      const wanted = new Set(test.values.map(formatDay));
      return (value) => wanted.has(value as string);
    }
    case 'dayRange':
      return dayRangeTest(test.range);
    case 'instantIn': {
      const { ranges } = test;
      return (value) => {
        const instant = readInstant(value);
        return (
          instant !== undefined && ranges.some(({ from, before }) => instant >= from && instant < before)
        );
      };
    }
    case 'instantRange': {
      const { from = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = test.range;
      return (value) => {
        const instant = readInstant(value);
        return instant !== undefined && instant >= from && instant < before;
      };
    }
  }
}

/** "YYYY-MM-DD" sorts as text, so records' dates are not parsed. */
function dayRangeTest({ from, before }: HalfOpenRange): ValueTest {
  const first = from === undefined ? '' : formatDay(from);
  const last = before === undefined ? '9999-12-31' : formatDay(before - 1);
  return (value) =>
    typeof value === 'string' &&
    value.length === 10 &&
    value.charCodeAt(4) === 45 &&
    value.charCodeAt(7) === 45 &&
    value >= first &&
    value <= last;
}

/** Why a condition holds or not: the tree again, with the result of each part and the value seen by each leaf. */
export type Verdict =
  | { kind: 'all' | 'any'; pointer: string; result: boolean; parts: Verdict[] }
  | { kind: 'not'; pointer: string; result: boolean; part: Verdict }
  | { kind: 'lines'; pointer: string; result: boolean; question: LinesCondition }
  | { kind: 'leaf'; pointer: string; result: boolean; leaf: Leaf; label: string; seen: unknown };

/**
 * Evaluates every part without short-circuiting. `seen` is the record's own value: the caller must mask it for the
 * reader.
 * @throws ConditionError if `checkCondition` would find a problem
 */
export function explain(
  condition: Condition,
  read: FieldReader,
  resolver: FieldResolver,
  clock: EvaluationClock,
  pointer = '',
): Verdict {
  if ('all' in condition) {
    const parts = condition.all.map((child, i) =>
      explain(child, read, resolver, clock, `${pointer}/all/${i}`),
    );
    return { kind: 'all', pointer, result: parts.every((part) => part.result), parts };
  }
  if ('any' in condition) {
    const parts = condition.any.map((child, i) =>
      explain(child, read, resolver, clock, `${pointer}/any/${i}`),
    );
    return { kind: 'any', pointer, result: parts.some((part) => part.result), parts };
  }
  if ('not' in condition) {
    const part = explain(condition.not, read, resolver, clock, `${pointer}/not`);
    return { kind: 'not', pointer, result: !part.result, part };
  }
  if (isAboutLines(condition)) {
    const result = compileLines(condition, resolver, clock, pointer)(read);
    return { kind: 'lines', pointer, result, question: condition };
  }
  const { path, holds } = compileLeaf(condition, resolver, clock, pointer);
  const seen = read(path);
  return {
    kind: 'leaf',
    pointer,
    result: holds(seen),
    leaf: condition,
    label: OPERATORS[condition.op].label,
    seen,
  };
}
