import type { Condition, ConditionProblem, FieldResolver } from './condition.types.js';
import { unknownField } from './leaf-plan.js';
import { parseLeaf } from './leaf-value.js';
import { forEachLeaf, pathOf } from './tree.js';

/**
 * Checks the fields, operators and values of a tree.
 * @param condition a tree that `conditionSchema` accepted
 * @param resolver the fields that the caller may filter by
 * @returns the problems, each with a JSON pointer and how to correct it; empty if a compiled filter will run without
 *   error
 */
export function checkCondition(condition: Condition, resolver: FieldResolver): ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  forEachLeaf(condition, (leaf, pointer) => {
    const info = resolver.field(pathOf(leaf));
    if (!info) {
      problems.push(unknownField(leaf, pointer));
      return;
    }
    const parsed = parseLeaf(leaf, info, pointer);
    if ('problems' in parsed) problems.push(...parsed.problems);
  });
  return problems;
}
