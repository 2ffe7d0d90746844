/** What a rule may compare, given the objects of the company. */
import type { MatchMethod } from '@pellucid/platform/access';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { type FieldDescriptor, isMatchable, type RecordDescriptor } from '@pellucid/platform/records';
import type { RuleTrial } from './duplicate-rules.schema.js';

/** Returns what is wrong with a rule, each with a pointer into the body. @param find returns an object by its key */
export function ruleProblems(
  { objects, conditions }: RuleTrial,
  find: (key: string) => RecordDescriptor | undefined,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const described = new Map<string, RecordDescriptor>();
  for (const [n, key] of objects.entries()) {
    const object = find(key);
    if (object) described.set(key, object);
    else
      problems.push({
        pointer: pointer('objects', n),
        code: 'unknownObject',
        message: `There is no object "${key}" that can have duplicates. Choose one from GET /objects.`,
      });
  }
  for (const [n, { method, fields, threshold }] of conditions.entries()) {
    const at = (...path: (string | number)[]) => pointer('conditions', n, ...path);
    if (threshold !== undefined && method !== 'fuzzy')
      problems.push({
        pointer: at('threshold'),
        code: 'onlyForFuzzy',
        message: 'Only fuzzy conditions have a threshold. Remove it.',
      });
    for (const key of Object.keys(fields))
      if (!objects.includes(key))
        problems.push({
          pointer: at('fields', key),
          code: 'unknownObject',
          message: `The rule isn't about "${key}". Add it to the objects, or remove its fields.`,
        });
    for (const [key, object] of described) {
      if (!fields[key]) {
        problems.push({
          pointer: at('fields'),
          code: 'required',
          message: `Say which field of ${object.pluralLabel} the condition compares.`,
        });
        continue;
      }
      for (const [m, name] of fields[key].entries()) {
        const fault = faultOf(object.byKey.get(name), method);
        if (fault)
          problems.push({
            pointer: at('fields', key, m),
            code: 'fieldNotComparable',
            message: `"${name}" of ${object.pluralLabel} ${fault}`,
          });
      }
    }
  }
  return problems;
}

function faultOf(field: FieldDescriptor | undefined, method: MatchMethod): string | undefined {
  if (!field) return "doesn't exist. Choose another field.";
  if (!isMatchable(field))
    return "can't be compared. Choose a field that people enter and that has one short value.";
  if (method === 'fuzzy' && !field.traits.matching?.isFuzzy)
    return "can't be compared by similarity. Use the method normalised.";
  return undefined;
}
