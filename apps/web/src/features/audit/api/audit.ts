import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { HistoryEntry } from '@/records/api/record-history';

const URL_ROOT = `${API_ROOT}/audit`;

/** Names of the filters, in the API and in the page's URL. */
export const FILTERS = [
  'object',
  'field',
  'action',
  'actor',
  'record',
  'correlationId',
  'from',
  'to',
] as const;
export type FilterName = (typeof FILTERS)[number];
export type AuditFilter = Partial<Record<FilterName, string>>;

/** An event with the record it is about. */
export interface AuditEntry extends HistoryEntry {
  /** Key of the object, or "security.<object>". */
  object: string;
  record: { id: string; name?: string };
  onBehalfOf?: { kind: string; id: string };
  meta?: { access?: Record<string, 'mask' | 'hidden' | 'clear'> };
}

interface AuditPage {
  data: AuditEntry[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Up to where the log is sealed. */
export interface SealState {
  sealedUpTo: string | null;
  sealedAt: string | null;
  seals: number;
  keyId: string | null;
  unsealed: { value: number; capped: boolean };
}

/** Events that match the filter, newest first, 50 per page. */
export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', 'list', filter] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) };
      return (await client.get({ url: URL_ROOT, query, signal })) as unknown as AuditPage;
    },
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    staleTime: 0,
  });
}

export const sealQuery = queryOptions({
  queryKey: ['audit', 'seal'] as const,
  queryFn: async ({ signal }) =>
    (await client.get({ url: `${URL_ROOT}/seal`, signal })) as unknown as SealState,
  refetchInterval: 30_000,
});

/** Saves the filtered events as a file. Uses the client, because a plain link would have no token. */
export async function downloadAudit(filter: AuditFilter, format: 'csv' | 'ndjson'): Promise<void> {
  const query = { ...filter, format };
  const answer = await client.get({ url: `${URL_ROOT}/export`, query, parseAs: 'blob' });
  const url = URL.createObjectURL(answer as unknown as Blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `audit-${new Date().toISOString().slice(0, 10)}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Permanently empties a record's personal fields and makes their values in its history unreadable. */
export async function erasePersonalData(
  object: string,
  id: string,
  reason: string,
): Promise<{ fields: string[] }> {
  const answer = await client.post({
    url: `${URL_ROOT}/erasures`,
    body: { object, id, reason },
    headers: { 'Content-Type': 'application/json' },
  });
  return answer as unknown as { fields: string[] };
}
