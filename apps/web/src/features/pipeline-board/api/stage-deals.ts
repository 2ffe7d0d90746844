import type { Condition } from '@pellucid/conditions';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import { firstSortable, type ObjectDescription } from '@/records/object-description';
import { type BoardSearch, ownerCondition } from '../board-search';
import type { Stage } from './pipelines';

export const OPPORTUNITIES = '/opportunities';
const PAGE = 40;

/** Condition for the deals of a stage that match the search. */
function conditionOf(stage: Stage, search: BoardSearch): Condition {
  const inStage: Condition = { field: 'stage', op: 'eq', value: stage.id };
  const owned = ownerCondition(search);
  return owned ? { all: [inStage, owned] } : inStage;
}

/** Query key of the loaded deals of a stage on the board. */
export function stageDealsKey(stageId: string, { owner, q }: BoardSearch) {
  return [...recordKeys.lists(OPPORTUNITIES), 'board', stageId, { owner, q }] as const;
}

/** Deals of one stage, page by page: by next close date, closed ones by latest. */
export function stageDealsQuery(stage: Stage, search: BoardSearch, object: ObjectDescription) {
  const sort = firstSortable(object, [stage.category === 'open' ? 'closeDate' : '-closeDate']);
  return infiniteQueryOptions({
    queryKey: stageDealsKey(stage.id, search),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listRecords(
        OPPORTUNITIES,
        {
          filter: conditionOf(stage, search),
          ...(sort && { sort }),
          limit: PAGE,
          ...(search.q && { q: search.q }),
        },
        pageParam,
        signal,
      ),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}
