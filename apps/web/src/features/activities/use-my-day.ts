import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFormats } from '@/lib/format/formats';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import { canAskFor, DAYS_AHEAD, daysLater, inOrder, MOST_OF_A_KIND, openUntil } from './my-day';
import { isPlannedKind } from './planned-kinds';
import type { Activity } from './use-activity-steps';

/** What the user has to do, in order. */
export function useMyDay() {
  const formats = useFormats();
  const { user } = useMe();
  const objects = useObjects().filter((object) => isPlannedKind(object.key) && canAskFor(object));
  const today = formats.today();
  // A day more than it shows: zones differ by that much, and the page sorts by its own day.
  const until = `${daysLater(today, DAYS_AHEAD + 2)}T00:00:00.000Z`;
  const queries = useQueries({
    queries: objects.map((object) =>
      shortListQuery(object, {
        filter: openUntil(user.memberId, until),
        sort: 'happensAt',
        limit: MOST_OF_A_KIND,
      }),
    ),
  });
  const pages = queries.map(({ data }) => data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages are what changes
  const activities = useMemo(() => {
    const last = daysLater(today, DAYS_AHEAD);
    const all = pages.flatMap((page, index) =>
      (page?.data ?? []).map((record): Activity => ({ object: objects[index]!, record })),
    );
    return inOrder(all, today, formats.zone).filter(
      ({ record }) => typeof record['happensAt'] !== 'string' || record['happensAt'] < `${last}T24`,
    );
  }, [...pages, today, formats.zone]);
  return {
    activities,
    objects,
    today,
    isPending: queries.some(({ isPending }) => isPending),
    error: queries.find(({ error }) => error)?.error ?? undefined,
    /** Whether there is more than the page shows. */
    hasMore: pages.some((page) => page?.page.hasMore),
    refetch: () => queries.forEach((query) => void query.refetch()),
  };
}
