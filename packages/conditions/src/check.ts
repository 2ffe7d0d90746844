import type { Condition, ConditionProblem, FieldResolver, Leaf, LinesCondition } from './condition.types.js';
import { FIELD_TYPES } from './field-types/index.js';
import { changeProblem, leafNamed, unknownField, unknownLines } from './leaf-plan.js';
import { parseLeaf } from './leaf-value.js';
import { isChangeOperator } from './operators.js';
import { forEachLeaf, pathOf, resolverWithin } from './tree.js';

/**
 * Checks the fields, operators and values of a tree.
 * @param condition a tree that `conditionSchema` accepted
 * @param resolver the fields that the caller may filter by
 * @param over what the condition will be evaluated over; operators like `changed` need a change
 * @returns the problems, each with a JSON pointer and how to correct it; empty if a compiled filter will run without
 *   error
 */
export function checkCondition(
  condition: Condition,
  resolver: FieldResolver,
  over: 'state' | 'change' = 'state',
): ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  const checkLeaf = (leaf: Leaf, pointer: string, within?: LinesCondition) => {
    const info = (within ? resolverWithin(resolver, within) : resolver).field(pathOf(leaf));
    if (!info) {
      problems.push(unknownField(leaf, pointer));
      return;
    }
    const isChange = isChangeOperator(leaf.op);
    const problem = isChange ? changeProblem(leaf, pointer, over === 'change') : undefined;
    if (problem) {
      problems.push(problem);
      return;
    }
    const tested = isChange ? leafNamed(leaf, FIELD_TYPES[info.type].family) : leaf;
    const parsed = parseLeaf(tested, info, pointer);
    if ('problems' in parsed) problems.push(...parsed.problems);
  };
  forEachLeaf(condition, checkLeaf, (question, pointer) => {
    if (!resolver.lines?.(question.lines)) problems.push(unknownLines(question, pointer));
  });
  return problems;
}
