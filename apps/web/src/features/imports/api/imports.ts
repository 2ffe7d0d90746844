import { queryClient } from '@/lib/query-client';
import { saveBlob } from '@/lib/save-blob';
import type { UndoPreview } from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type {
  FailedRowsPage,
  ImportOptions,
  ImportRun,
  Inspection,
  Reading,
  RetriedRows,
} from './import.types';

const URL_ROOT = `${API_ROOT}/imports`;
const POLL_MS = 500;

/** A file to send, or the ID under which the API has kept it since the last inspection. */
export type TableSource = File | { fileId: string };

function multipart(source: TableSource, options: object): FormData {
  const form = new FormData();
  if ('fileId' in source) form.append('fileId', source.fileId);
  form.append('options', JSON.stringify(options));
  if (!('fileId' in source)) form.append('file', source);
  return form;
}

/** Sends a multipart form. */
export async function postForm(url: string, form: FormData, signal?: AbortSignal): Promise<unknown> {
  // The browser sets the content type, with the boundary it chose.
  return await client.post({
    url,
    body: form,
    bodySerializer: (body: unknown) => body as FormData,
    headers: { 'Content-Type': null },
    signal,
  });
}

/** Inspects a file without importing it. Throws ApiProblem with 422 for a file that is not a table. */
export async function inspectFile(
  source: TableSource,
  options: Reading & { object?: string },
  signal?: AbortSignal,
): Promise<Inspection> {
  return (await postForm(`${URL_ROOT}/inspect`, multipart(source, options), signal)) as Inspection;
}

/** Out: the ID of the import, which starts at once, and does what a preview showed or is refused with 409. Throws ApiProblem with pointers below `/options`. */
export async function startImport(
  source: TableSource,
  options: ImportOptions & { previewId?: string },
): Promise<string> {
  const answer = await postForm(URL_ROOT, multipart(source, options));
  return (answer as { id: string }).id;
}

/** Out: the ID of the preview, which is made at once. Throws ApiProblem as {@link startImport}. */
export async function previewImport(source: TableSource, options: ImportOptions): Promise<string> {
  const answer = await postForm(`${URL_ROOT}/preview`, multipart(source, options));
  return (answer as { id: string }).id;
}

/** Stops an import. Rows already written stay. */
export async function cancelImport(id: string): Promise<void> {
  await client.post({ url: `${URL_ROOT}/${id}/cancel` });
}

export const importKeys = { all: ['imports'] as const, run: (id: string) => ['imports', id] as const };

/** Whether the import is queued or running. */
export function isUnderWay({ status }: Pick<ImportRun, 'status'>): boolean {
  return status === 'queued' || status === 'running' || status === 'rolling_back';
}

/** One import, polled while it runs. */
export function importQuery(id: string) {
  return queryOptions({
    queryKey: importKeys.run(id),
    queryFn: async ({ signal }) =>
      (await client.get({ url: `${URL_ROOT}/${id}`, signal })) as unknown as ImportRun,
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : POLL_MS),
    // Keeps polling, so that a user who returns from another tab finds it up to date.
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
}

export const importsQuery = infiniteQueryOptions({
  queryKey: [...importKeys.all, 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam, signal }) => {
    const query = { limit: 50, ...(pageParam && { cursor: pageParam }) };
    const answer = await client.get({ url: URL_ROOT, query, signal });
    return answer as unknown as { data: ImportRun[]; page: { nextCursor: string | null } };
  },
  getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) => page.data.some(isUnderWay)) ? 2_000 : false,
});

/** Failed rows of an import, page by page. @param kind only rows that failed for this reason */
export function failedRowsQuery(id: string, kind: string | undefined) {
  return infiniteQueryOptions({
    queryKey: [...importKeys.run(id), 'failed-rows', kind ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, ...(kind && { kind }), ...(pageParam && { cursor: pageParam }) };
      const answer = await client.get({ url: `${URL_ROOT}/${id}/failed-rows`, query, signal });
      return answer as unknown as FailedRowsPage;
    },
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

/** What becomes of a row. */
export type RowOutcome = 'created' | 'updated' | 'unchanged' | 'failed';

interface OutcomeRow {
  row: number;
  status: RowOutcome;
  /** Null if there is none that the user sees. */
  record: { id: string; name: string } | null;
  changes: { field: string; before: unknown; after: unknown }[];
}

/** Rows of an import or a preview and what they change, page by page. */
export function importRowsQuery(id: string, status: RowOutcome | undefined) {
  return infiniteQueryOptions({
    queryKey: [...importKeys.run(id), 'rows', status ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, ...(status && { status }), ...(pageParam && { cursor: pageParam }) };
      const answer = await client.get({ url: `${URL_ROOT}/${id}/rows`, query, signal });
      return answer as unknown as { data: OutcomeRow[]; page: { nextCursor: string | null } };
    },
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

/** Imports failed rows again with corrected cells. */
export async function retryRows(id: string, rows: { row: number; cells: string[] }[]): Promise<RetriedRows> {
  const answer = await client.post({ url: `${URL_ROOT}/${id}/retry`, body: { rows } });
  return answer as unknown as RetriedRows;
}

/** Saves the failed rows as a file. Uses the client, because a plain link would have no token. */
export async function downloadErrors(run: ImportRun): Promise<void> {
  const answer = await client.get({ url: `${URL_ROOT}/${run.id}/errors.csv`, parseAs: 'blob' });
  saveBlob(answer as unknown as Blob, `${run.fileName.replace(/\.[^.]+$/, '')}-errors.csv`);
}

/** Returns what rolling an import back would do. Throws ApiProblem if that is not possible (any more). */
export async function previewRollback(id: string): Promise<UndoPreview> {
  return (await client.post({ url: `${API_ROOT}/imports/${id}/rollback/preview` })) as unknown as UndoPreview;
}

/** Starts to roll an import back. */
export async function rollBack(id: string): Promise<void> {
  await client.post({ url: `${API_ROOT}/imports/${id}/rollback` });
  await queryClient.invalidateQueries({ queryKey: importKeys.run(id) });
}
