import { instant } from '../describe/index.js';
import type { ShownChange, ShownLines } from './line-history.js';

/** An event as a reader of the log sees it. */
export interface HistoryEntry {
  id: string;
  verb: string;
  at: string;
  version: number;
  actor: { kind: string; id: string | null; name?: string };
  onBehalfOf?: unknown;
  cause: { kind: string; id: string | null; version?: number };
  correlationId: string;
  /** Where the request came from; only for readers who may see the audit log. */
  origin?: { ip: string; userAgent: string } | null;
  changes: Record<string, ShownChange>;
  /** What it did to lines that the record owns, by their key. */
  lines?: ShownLines;
  /** The records that it was merged with, as far as the reader sees them. */
  mergedWith?: { id: string; name: string }[];
  /** Whether personal values were erased: their key no longer exists. */
  erased?: boolean;
}

/** A row of {@link LOG_ROWS}. */
export type LogRow = Record<string, any> & { id: string; object: string; record_id: string };

/** Returns a select of events `e` with the name of the actor, to be followed by a WHERE clause. @param from their item of FROM */
export const logRows = (
  from: string,
) => `select e.*, coalesce(m.display_name, k.name) as actor_name from ${from}
  left join member m on e.actor_kind = 'member' and m.tenant_id = e.tenant_id and m.id = e.actor_id
  left join api_key k on e.actor_kind = 'apiKey' and k.tenant_id = e.tenant_id and k.id = e.actor_id`;

/** Selects events of the log as `e`; see {@link logRows}. */
export const LOG_ROWS = logRows('record_event e');

/** Returns what every event shows, whatever it is about. */
export function entryOf(row: LogRow, showsOrigin: boolean): Omit<HistoryEntry, 'changes'> {
  return {
    id: row.id,
    verb: row['verb'],
    at: instant(row['at']),
    version: row['record_version'],
    actor: {
      kind: row['actor_kind'],
      id: row['actor_id'],
      ...(row['actor_name'] ? { name: row['actor_name'] } : {}),
    },
    ...(row['on_behalf_of'] ? { onBehalfOf: row['on_behalf_of'] } : {}),
    cause: {
      kind: row['cause_kind'],
      id: row['cause_id'],
      ...(row['cause_version'] === null ? {} : { version: row['cause_version'] }),
    },
    correlationId: row['correlation_id'],
    ...(showsOrigin ? { origin: row['origin'] ?? null } : {}),
  };
}
