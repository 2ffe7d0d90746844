import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef } from 'react';

/** Loads the next page of a list as its end comes into view. Out: the ref of an element below the list. */
export function useEndless({
  hasNextPage,
  isFetching,
  isFetchNextPageError,
  fetchNextPage,
}: Pick<
  UseInfiniteQueryResult,
  'hasNextPage' | 'isFetching' | 'isFetchNextPageError' | 'fetchNextPage'
>): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement>(null);
  // After a failure, people ask again by the button.
  const isReady = hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => {
    if (!isReady || !end.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) void fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isReady, fetchNextPage]);
  return end;
}
