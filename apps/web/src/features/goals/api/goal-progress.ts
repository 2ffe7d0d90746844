import { getGoalLeaderboard, type GoalProgress, listGoalProgress } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { recordKeys } from '@/records/api/record-keys';

export type { GoalProgress };

/** Goals that hold on a day, with how far they are reached. Changes of goals ask for it again. */
export function progressQuery(asked: { on?: string | undefined; owner?: string | undefined } = {}) {
  return queryOptions({
    queryKey: [...recordKeys.lists('/goals'), 'progress', asked],
    queryFn: ({ signal }) => listGoalProgress({ query: asked, signal }),
  });
}

/** Goals of people, the furthest first. */
export function leaderboardQuery(on: string | undefined) {
  return queryOptions({
    queryKey: [...recordKeys.lists('/goals'), 'leaderboard', on],
    queryFn: ({ signal }) => getGoalLeaderboard({ query: on ? { on } : {}, signal }),
  });
}
