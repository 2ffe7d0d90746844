import { useObjects } from '../api/describe-objects';

/** Keys of the objects by which deals are grouped, on the board, in totals and in lists. */
export const DEAL_GROUPING = ['pipeline', 'stage'] as const;

/** The grouping objects that the user may not view. If there are any, there is no board and there are no totals. */
export function useMissingGrouping(): (typeof DEAL_GROUPING)[number][] {
  const objects = useObjects();
  return DEAL_GROUPING.filter((key) => objects.every((object) => object.key !== key));
}
