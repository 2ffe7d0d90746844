import { useObjects } from '../api/describe-objects';

/**
 * In: an object's key. Out: keys of the objects its records are grouped by that the user may not view. If there are any,
 * there is no board and there are no totals.
 */
export function useMissingGrouping(object: string): string[] {
  const objects = useObjects();
  const groupedBy = objects.find(({ key }) => key === object)?.groupedBy ?? [];
  return groupedBy.filter((key) => objects.every((other) => other.key !== key));
}
