import {
  type Condition,
  ConditionError,
  compileEvaluator,
  type EvaluationClock,
  type FieldResolver,
} from '@pellucid/conditions';
import { fieldOf, type ObjectDescription } from '../object-description';

function resolverOf(object: ObjectDescription): FieldResolver {
  return {
    field(path) {
      const field = fieldOf(object, path.join('.'));
      if (!field) return undefined;
      const { key, type, scale, options, references, encrypted } = field;
      return {
        key,
        type,
        ...(scale !== undefined && { scale }),
        ...(options && !references && { options }),
        ...(references && { references }),
        ...(encrypted && { encrypted }),
      };
    },
  };
}

/**
 * Whether a condition on the object's own fields holds. One that can't be evaluated, as it asks for a field that is no
 * longer there, counts as true: what it would hide is then shown.
 * @param read the value of a field in the API's form
 */
export function testCondition(
  condition: Condition,
  object: ObjectDescription,
  read: (key: string) => unknown,
  clock: EvaluationClock,
): boolean {
  try {
    return compileEvaluator(condition, resolverOf(object), clock)((path) => read(path.join('.')));
  } catch (error) {
    if (error instanceof ConditionError) return true;
    throw error;
  }
}
