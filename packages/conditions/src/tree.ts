/** Walks over the tree itself, regardless of the types of fields. */
import type { Condition, Leaf } from './condition.types.js';
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

/** Calls `visit` for every leaf with its JSON pointer. */
export function forEachLeaf(
  condition: Condition,
  visit: (leaf: Leaf, pointer: string) => void,
  pointer = '',
): void {
  if ('all' in condition) {
    for (const [i, child] of condition.all.entries()) forEachLeaf(child, visit, `${pointer}/all/${i}`);
  } else if ('any' in condition) {
    for (const [i, child] of condition.any.entries()) forEachLeaf(child, visit, `${pointer}/any/${i}`);
  } else if ('not' in condition) forEachLeaf(condition.not, visit, `${pointer}/not`);
  else visit(condition, pointer);
}

/** Returns every dotted path that the tree reads, each once, in order of appearance. */
export function fieldsOf(condition: Condition): string[][] {
  const paths = new Map<string, string[]>();
  forEachLeaf(condition, (leaf) => {
    if (!paths.has(leaf.field)) paths.set(leaf.field, pathOf(leaf));
  });
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
  const isAll = 'all' in condition;
  const children = (isAll ? condition.all : condition.any).map((child) =>
    negationNormalForm(child, isNegated),
  );
  return isAll !== isNegated ? { all: children } : { any: children };
}
