import type { Condition } from '@pellucid/conditions';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';

const URL_ROOT = `${API_ROOT}/exports`;
const POLL_MS = 700;

/** The format of a file. */
export type ExportFormat = 'csv' | 'xlsx' | 'jsonl';

/** What can separate the columns of CSV. */
export type CsvDelimiter = ',' | ';' | '\t' | '|';

/** What to export, and how it is written. */
export interface ExportRequest {
  object: string;
  format: ExportFormat;
  ids?: string[];
  filter?: Condition;
  q?: string;
  sort?: string;
  fields?: string[];
  references?: 'name' | 'id';
  zone?: string;
  decimalMark?: '.' | ',';
  delimiter?: CsvDelimiter;
  /** Whether CSV begins with a byte order mark. */
  bom?: boolean;
}

/** An export and its progress. */
export interface ExportState {
  id: string;
  object: string;
  format: ExportFormat;
  status: 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  total: number;
  records: number;
  leftOut: number;
  rows: number;
  bytes: number;
  error?: string;
  createdAt: string;
  createdBy: { id: string; name: string | null } | null;
  expiresAt: string | null;
  downloadUrl: string | null;
}

/** Whether the export is still at work. */
export function isUnderWay({ status }: Pick<ExportState, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

export const exportKeys = { all: ['exports'] as const, one: (id: string) => ['exports', id] as const };

/** Starts an export. Out: its ID. */
export async function startExport(request: ExportRequest): Promise<string> {
  const answer = await client.post({ url: URL_ROOT, body: request });
  await queryClient.invalidateQueries({ queryKey: exportKeys.all });
  return (answer as unknown as { id: string }).id;
}

/** Stops an export. There is no file then. */
export async function stopExport(id: string): Promise<void> {
  await client.post({ url: `${API_ROOT}/bulk-jobs/${id}/cancel` });
  await queryClient.invalidateQueries({ queryKey: exportKeys.all });
}

/** Deletes the file of an export. */
export async function deleteExport(id: string): Promise<void> {
  await client.delete({ url: `${URL_ROOT}/${id}` });
  await queryClient.invalidateQueries({ queryKey: exportKeys.all });
}

const read = async (id: string, signal?: AbortSignal) =>
  (await client.get({ url: `${URL_ROOT}/${id}`, signal })) as unknown as ExportState;

/** One export, polled while it runs. */
export function exportQuery(id: string) {
  return queryOptions({
    queryKey: exportKeys.one(id),
    queryFn: ({ signal }) => read(id, signal),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : POLL_MS),
    // Keeps polling, so that a user who returns from another tab finds it up to date.
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
}

/** The user's exports, newest first. */
export const exportsQuery = infiniteQueryOptions({
  queryKey: [...exportKeys.all, 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam, signal }) => {
    const query = { limit: 50, ...(pageParam && { cursor: pageParam }) };
    const answer = await client.get({ url: URL_ROOT, query, signal });
    return answer as unknown as { data: ExportState[]; page: { nextCursor: string | null } };
  },
  getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) => page.data.some(isUnderWay)) ? POLL_MS : false,
});

/** Lets the browser save the file. The link is made anew, because each one works for an hour only. */
export async function downloadExport(id: string): Promise<void> {
  const { downloadUrl } = await read(id);
  if (!downloadUrl) return void queryClient.invalidateQueries({ queryKey: exportKeys.all });
  const link = document.createElement('a');
  link.href = downloadUrl;
  link.download = '';
  link.click();
}
