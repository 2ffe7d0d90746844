import { asOfRecord, historyRecord } from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AccessNotes } from '../access/field-visibility';
import type { Changes } from '../log/event-changes';
import type { ChangesOfLines } from '../log/line-changes';
import { recordKeys } from './record-keys';

export interface HistoryEntry {
  id: string;
  /** "created", "updated", … */
  verb: string;
  at: string;
  /** Version of the record after the event. */
  version: number;
  actor: { kind: string; id: string | null; name?: string | null };
  cause?: { kind: string; id?: string | null } | null;
  correlationId?: string | null;
  /** Where the change came from; only for users who may view the audit. */
  origin?: { ip: string; userAgent: string } | null;
  changes: Changes;
  /** What happened to lines that the record owns. */
  lines?: ChangesOfLines;
  /** The records that it was merged with, as far as the user sees them. */
  mergedWith?: { id: string; name: string }[];
  /** Its personal values were erased. */
  erased?: boolean;
}

interface HistoryPage {
  data: HistoryEntry[];
  page: { nextCursor: string | null; hasMore: boolean };
  /** What is withheld of the values, both before and after. */
  meta?: { access: AccessNotes };
}

/** Events of one record, newest first, 50 per page. */
export function historyQuery(path: string, id: string) {
  return infiniteQueryOptions({
    queryKey: recordKeys.history(path, id),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, ...(pageParam && { cursor: pageParam }) };
      return (await historyRecord(path, id, { query, signal })) as HistoryPage;
    },
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

/** The record in an earlier version, under today's rights. */
export function asOfQuery(path: string, id: string, version: number) {
  return queryOptions({
    queryKey: [...recordKeys.history(path, id), 'version', version] as const,
    queryFn: ({ signal }) => asOfRecord(path, id, { query: { version }, signal }),
    // The past doesn't change, only rights do.
    staleTime: 60_000,
  });
}
