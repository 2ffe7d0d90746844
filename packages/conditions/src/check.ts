import type { Condition, ConditionProblem, FieldResolver } from './condition.types.js';
import { unknownField } from './leaf-plan.js';
import { parseLeaf } from './leaf-value.js';
import { forEachLeaf, pathOf } from './tree.js';

/**
 * In: a tree that `conditionSchema` accepted, and the fields the caller may filter by. Out: what is wrong
 * with its fields, operators and values, each with a JSON pointer and how to mend it; empty when a
 * compiled filter will run without error.
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
