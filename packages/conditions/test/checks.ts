import { checkCondition, type Condition, conditionSchema, evaluate } from '../src/index.js';
import { clock, resolver } from './sample-fields.js';

/** Whether a condition holds for a record with the sample fields. */
export function holds(condition: Condition, record: Record<string, unknown>, at = clock): boolean {
  return evaluate(condition, record, resolver, at);
}

/** Pointer and code of each problem of a condition on the sample fields. */
export function problemsOf(condition: Condition) {
  return checkCondition(condition, resolver).map(({ pointer, code }) => [pointer, code]);
}

/** What is wrong with the form of a condition. */
export function messages(input: unknown): string[] {
  const parsed = conditionSchema.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `/${issue.path.join('/')}: ${issue.message}`);
}

/** A leaf that is right. */
export const LEAF = { field: 'name', op: 'eq', value: 'x' };
