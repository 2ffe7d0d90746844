import * as api from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type AccessNotes, accessNotesOf, withListNotes } from '../access/field-visibility';
import type { ObjectDescription, RecordData } from '../object-description';
import { recordKeys } from './record-keys';

export interface ListRequest {
  filter?: Condition;
  /** Field key; "-" before it sorts descending. */
  sort?: string;
  q?: string;
  fields?: string[];
  /** Rows per page, at most 200. */
  limit?: number;
  count?: 'capped' | 'exact';
  deleted?: boolean;
}

export interface RecordPage {
  data: RecordData[];
  page: { nextCursor: string | null; hasMore: boolean };
  count?: { value: number; capped: boolean };
  /** What is withheld of every record. The records contain it too. */
  meta?: {
    access?: AccessNotes;
    /** The change of the base currency being carried out, if the list compares amounts. */
    recalculating?: { from: string; to: string };
  };
}

/** Copies the list's notes to its records, so that drawing a record doesn't require its list. */
function withNotes(page: RecordPage): RecordPage {
  const notes = accessNotesOf(page);
  return { ...page, data: page.data.map((record) => withListNotes(record, notes)) };
}

/** Longest filter sent in a URL. Longer ones are sent in the body of POST …/query. */
const MAX_FILTER_IN_URL = 1500;

/** One page of a list. Uses GET if the filter fits into a URL, else POST …/query. */
export async function listRecords(
  path: string,
  request: ListRequest,
  cursor?: string,
  signal?: AbortSignal,
): Promise<RecordPage> {
  const { filter, sort, q, fields, limit = 50, count } = request;
  const filterText = filter ? JSON.stringify(filter) : undefined;
  if (filterText && filterText.length > MAX_FILTER_IN_URL) {
    const body = { filter, sort, q, fields, limit, count, cursor };
    return withNotes((await api.queryRecords(path, body, { signal })) as RecordPage);
  }
  const query = {
    limit,
    filter: filterText,
    sort: sort || undefined,
    q: q || undefined,
    fields: fields?.join(',') || undefined,
    count,
    cursor,
  };
  return withNotes((await api.listRecords(path, { query, signal })) as RecordPage);
}

/** How often a list is requested again while its amounts are recalculated. */
const RECALCULATING_POLL_MS = 3_000;

/** Pages of a list, loaded as the user scrolls. Only the first page requests the count. */
export function infiniteListQuery(object: ObjectDescription, request: ListRequest) {
  return infiniteQueryOptions({
    queryKey: recordKeys.list(object.path, request),
    initialPageParam: undefined as string | undefined,
    // Loaded pages keep their identity. Comparing thousands of rows with themselves would slow down scrolling.
    structuralSharing: false,
    queryFn: ({ pageParam, signal }) =>
      listRecords(
        object.path,
        { limit: 100, ...request, count: pageParam ? undefined : (request.count ?? 'capped') },
        pageParam,
        signal,
      ),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    // Afterwards the order is another one, and the note about it is out of date.
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.meta?.recalculating ? RECALCULATING_POLL_MS : false,
  });
}

/** One short page, for panels and pickers. */
export function shortListQuery(object: Pick<ObjectDescription, 'path'>, request: ListRequest) {
  return queryOptions({
    queryKey: recordKeys.list(object.path, request),
    queryFn: ({ signal }) => listRecords(object.path, request, undefined, signal),
  });
}
