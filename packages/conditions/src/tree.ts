/** Walks over the tree itself, regardless of the types of fields. */
import type { Condition, FieldResolver, Leaf, LinesCondition } from './condition.types.js';
import type { Operator } from './operators.js';

/** Whether the condition is a single comparison. */
export function isLeaf(condition: Condition): condition is Leaf {
  return 'field' in condition;
}

/** Begins the keys of the fields that a company defined itself: `custom.size`. */
export const CUSTOM_PREFIX = 'custom.';

/**
 * Splits "account.industry" into ["account", "industry"]. A company's own field is one key:
 * "account.custom.size" is ["account", "custom.size"].
 */
export function splitPath(path: string): string[] {
  const keys: string[] = [];
  for (const part of path.split('.'))
    if (keys.at(-1) === 'custom') keys[keys.length - 1] = CUSTOM_PREFIX + part;
    else keys.push(part);
  return keys;
}

/** Returns the keys of a leaf's path. */
export function pathOf(leaf: Leaf): string[] {
  return splitPath(leaf.field);
}

/** Whether the condition asks about the lines of a record. */
export function isAboutLines(condition: Condition): condition is LinesCondition {
  return 'lines' in condition;
}

/** Returns what looks up the fields of lines; it finds none if there are no such lines. */
export function resolverWithin(resolver: FieldResolver, { lines }: LinesCondition): FieldResolver {
  return resolver.lines?.(lines) ?? NO_FIELDS;
}

const NO_FIELDS: FieldResolver = { field: () => undefined };

/**
 * Calls `visit` for every leaf with its JSON pointer, and with the question about lines that it is part of; `visitLines` for
 * every such question.
 */
export function forEachLeaf(
  condition: Condition,
  visit: (leaf: Leaf, pointer: string, within?: LinesCondition) => void,
  visitLines?: (condition: LinesCondition, pointer: string) => void,
  pointer = '',
  within?: LinesCondition,
): void {
  const each = (child: Condition, at: string, inner = within) =>
    forEachLeaf(child, visit, visitLines, pointer + at, inner);
  if ('all' in condition) {
    for (const [i, child] of condition.all.entries()) each(child, `/all/${i}`);
  } else if ('any' in condition) {
    for (const [i, child] of condition.any.entries()) each(child, `/any/${i}`);
  } else if ('not' in condition) each(condition.not, '/not');
  else if (isAboutLines(condition)) {
    visitLines?.(condition, pointer);
    each(condition.where, '/where', condition);
  } else visit(condition, pointer, within);
}

/**
 * Returns every dotted path that the tree reads, each once, in order of appearance. Fields of lines follow the key of the
 * lines, which is read too.
 */
export function fieldsOf(condition: Condition): string[][] {
  const paths = new Map<string, string[]>();
  const add = (field: string) => {
    if (!paths.has(field)) paths.set(field, splitPath(field));
  };
  forEachLeaf(
    condition,
    ({ field }) => add(field),
    ({ lines }) => add(lines),
  );
  return [...paths.values()];
}

const OPPOSITE: Partial<Record<Operator, Operator>> = { eq: 'neq', neq: 'eq', in: 'nin', nin: 'in' };

function negateLeaf(leaf: Leaf): Condition {
  const opposite = OPPOSITE[leaf.op];
  if (opposite) return { ...leaf, op: opposite };
  if (leaf.op === 'exists' || leaf.op === 'empty') return { ...leaf, value: leaf.value === false };
  // Not "lte" for "gt": for null both are false.
  return { not: leaf };
}

/**
 * Returns the same condition with `not` only around leaves that have no opposite operator. It is equivalent: the logic
 * is two-valued, so De Morgan's laws hold without exception.
 */
export function negationNormalForm(condition: Condition, isNegated = false): Condition {
  if ('not' in condition) return negationNormalForm(condition.not, !isNegated);
  if (isLeaf(condition)) return isNegated ? negateLeaf(condition) : condition;
  if (isAboutLines(condition)) {
    const where = negationNormalForm(condition.where);
    if (!isNegated) return { ...condition, where };
    if (condition.match === 'every')
      return { ...condition, match: 'any', where: negationNormalForm(where, true) };
    return { ...condition, match: condition.match === 'any' ? 'none' : 'any', where };
  }
  const isAll = 'all' in condition;
  const children = (isAll ? condition.all : condition.any).map((child) =>
    negationNormalForm(child, isNegated),
  );
  return isAll !== isNegated ? { all: children } : { any: children };
}
