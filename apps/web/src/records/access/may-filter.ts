import { type Condition, fieldsOf } from '@pellucid/conditions';
import { useObjects } from '../api/describe-objects';
import { fieldOf, type ObjectDescription } from '../object-description';

/**
 * In: an object and a condition on its records. Out: whether the user may filter by every field of the condition. If not,
 * the API refuses it, so there is no use in asking.
 */
export function useMayFilter(object: ObjectDescription, condition: Condition | undefined): boolean {
  const objects = useObjects();
  const mayAsk = (asked: ObjectDescription | undefined, [key, ...rest]: string[]): boolean => {
    const field = asked && fieldOf(asked, key!);
    if (!field?.filterable) return false;
    return (
      rest.length === 0 ||
      mayAsk(
        objects.find((other) => other.key === field.references),
        rest,
      )
    );
  };
  const mayAskLines = (path: string): boolean =>
    object.lines?.some(
      ({ key, fields }) =>
        key === path || fields.some((field) => field.key === path && field.filterable === true),
    ) ?? false;
  return (
    !condition || fieldsOf(condition).every((path) => mayAsk(object, path) || mayAskLines(path.join('.')))
  );
}
