import * as api from '@pellucid/api-client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { recordKeys } from '../api/record-keys';

/** What the search over all objects is asked. */
export interface SearchRequest {
  q: string;
  /** Keys of the objects to search; none for all. */
  objects: string[];
}

export type SearchHit = api.SearchHit;
export type RecordReason = NonNullable<api.SearchAnswer['record']>['reasons'][number];

/** Fewest characters that are searched for. */
export const SHORTEST_SEARCH = 2;

const keyOf = (kind: string, { q, objects }: SearchRequest) =>
  [...recordKeys.all, 'search', kind, q, objects] as const;

const queryOf = ({ q, objects }: SearchRequest) => ({
  q: q.slice(0, 200),
  ...(objects.length ? { objects: objects.join() } : {}),
});

const INDEXING_MS = 1_500;

/** How often to search again: while the index is being made, as in a new company, fewer fields are searched. */
const whileIndexing = (answer: api.SearchAnswer | undefined) =>
  answer?.meta?.indexing ? INDEXING_MS : false;

/** The best hits, for results while typing. Earlier ones stay until the next arrive. */
export function quickSearchQuery(request: SearchRequest, limit: number) {
  return queryOptions({
    queryKey: [...keyOf('quick', request), limit],
    queryFn: ({ signal }) => api.search({ query: { ...queryOf(request), limit }, signal }),
    enabled: request.q.length >= SHORTEST_SEARCH,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    refetchInterval: ({ state }) => whileIndexing(state.data),
  });
}

/** All hits in pages, with why each of them was found. */
export function searchQuery(request: SearchRequest) {
  return infiniteQueryOptions({
    queryKey: keyOf('all', request),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.search({
        query: {
          ...queryOf(request),
          limit: 50,
          explain: 'true',
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    enabled: request.q.length >= SHORTEST_SEARCH,
    refetchInterval: ({ state }) => whileIndexing(state.data?.pages[0]),
  });
}

/** Why a record is found or not. @param record `object/id`; undefined for none */
export function explainRecordQuery(request: SearchRequest, record: string | undefined) {
  return queryOptions({
    queryKey: [...keyOf('record', request), record],
    queryFn: ({ signal }) =>
      api.search({ query: { ...queryOf(request), limit: 100, record: record! }, signal }),
    enabled: record !== undefined,
  });
}
