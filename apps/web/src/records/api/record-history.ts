import { asOfRecord } from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
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

/** The record in an earlier version, under today's rights. */
export function asOfQuery(path: string, id: string, version: number) {
  return queryOptions({
    queryKey: [...recordKeys.history(path, id), 'version', version] as const,
    queryFn: ({ signal }) => asOfRecord(path, id, { query: { version }, signal }),
    // The past doesn't change, only rights do.
    staleTime: 60_000,
  });
}
