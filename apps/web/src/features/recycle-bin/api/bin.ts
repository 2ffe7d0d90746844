import * as api from '@pellucid/api-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { recordKeys } from '@/records/api/record-keys';
import { bulkRecords } from '@/records/api/write-record';
import { restoreRecord } from '@/records/api/write-record';
import type { Cause } from '@/records/api/undo';
import { failureText } from '@/records/failure-text';

/** A deletion, with what went along. */
export type BinEntry = api.BinEntry;

export interface BinFilter {
  object?: string;
  by?: string;
  q?: string;
}

/** Names of the filters, in the API and in the page's URL. */
export const BIN_FILTERS = ['object', 'by', 'q'] as const;

/** Deletions that match the filter, the latest first. Writes of records refetch it. */
export function binQuery(filter: BinFilter) {
  return infiniteQueryOptions({
    queryKey: [...recordKeys.all, 'bin', filter] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (await api.listBin({
        query: { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) },
        signal,
      })) as unknown as api.BinPage,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    staleTime: 0,
  });
}

/** Most records that one request restores. */
const BATCH = 500;

/**
 * Restores records with what went along, one by one or, for several of an object, in bulk.
 * @param pathOf path of an object's records
 * @returns ids of those that came back, and why others did not
 */
export async function restoreEntries(
  entries: BinEntry[],
  pathOf: (object: string) => string,
  cause: Cause,
): Promise<{ done: string[]; failures: string[]; cascades: string[] }> {
  const done: string[] = [];
  const failures: string[] = [];
  const cascades: string[] = [];
  for (const [object, some] of Map.groupBy(entries, (entry) => entry.object)) {
    const ids = some.map(({ record }) => record.id);
    if (ids.length === 1) {
      await restoreRecord(pathOf(object), ids[0]!, cause);
      done.push(ids[0]!);
      continue;
    }
    for (let start = 0; start < ids.length; start += BATCH) {
      const part = ids.slice(start, start + BATCH);
      const { results } = await bulkRecords(pathOf(object), { action: 'restore', ids: part }, cause);
      for (const { index, id, errors, cascade } of results) {
        if (cascade) cascades.push(cascade);
        if (errors?.length) failures.push(failureText(errors));
        else done.push(id ?? part[index]!);
      }
    }
  }
  return { done, failures, cascades };
}
