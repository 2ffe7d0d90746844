import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useFormats } from '@/lib/format/formats';
import { useObjects } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import { recordsInRange } from '@/records/calendar/records-in-range';
import { eventOf, inOrder, rangeOf } from './calendar-events';
import { askedOf, canShow, isShownKind, SHOWN_KINDS, type ShownKind } from './calendar-sources';

/** Most records of an object that a page shows. If there are more, the page says so. */
export const MOST_OF_A_KIND = 1_000;

/** The events of some people on some days, and what could not be shown. */
export function useCalendarEvents(days: string[], people: string[], hidden: ShownKind[]) {
  const { zone } = useFormats();
  const kinds = useObjects()
    .filter(({ key }) => isShownKind(key))
    .sort((a, b) => SHOWN_KINDS.indexOf(a.key as ShownKind) - SHOWN_KINDS.indexOf(b.key as ShownKind));
  const shown = kinds.filter((object) => canShow(object) && !hidden.includes(object.key as ShownKind));
  const range = rangeOf(days[0]!, days.at(-1)!, zone);
  const queries = useQueries({
    queries: shown.map((object) => {
      const asked = { filter: askedOf(object, people, range) };
      return {
        queryKey: [...recordKeys.list(object.path, asked), 'calendar'],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          recordsInRange(object.path, asked, MOST_OF_A_KIND, signal),
        placeholderData: keepPreviousData,
      };
    }),
  });
  const pages = queries.map(({ data }) => data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages are what changes
  const events = useMemo(
    () =>
      pages
        .flatMap((page, index) =>
          (page?.data ?? []).flatMap((record) => eventOf(shown[index]!, record, people, zone) ?? []),
        )
        .filter(({ from, to }) => from <= days.at(-1)! && to >= days[0]!)
        .sort(inOrder),
    [...pages, people.join(), days.join(), zone],
  );
  return {
    events,
    kinds,
    /** Objects that the user's roles don't let the calendar find. */
    withheld: kinds.filter((object) => !canShow(object)),
    isPending: queries.some(({ isPending }) => isPending),
    isFetching: queries.some(({ isFetching }) => isFetching),
    error: queries.find(({ error, data }) => error && !data)?.error ?? undefined,
    isCut: pages.some((page) => page?.hasMore),
    refetch: () => queries.forEach((query) => void query.refetch()),
  };
}
