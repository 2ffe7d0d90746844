import { useObjects } from '../api/describe-objects';

/** Keys of the objects by which deals are laid out: board, totals and the list's groups stand on them. */
export const DEAL_GROUPING = ['pipeline', 'stage'] as const;

/** Of what deals are grouped by, the objects this person may not see: without them no board and no figures. */
export function useMissingGrouping(): (typeof DEAL_GROUPING)[number][] {
  const objects = useObjects();
  return DEAL_GROUPING.filter((key) => objects.every((object) => object.key !== key));
}
