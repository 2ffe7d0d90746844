import type { Condition } from '@pellucid/conditions';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import type { LinkedRecord, RecordData } from '@/records/object-description';

/** Path of files, below the API root and in the browser. */
export const FILES = '/files';

/** What the virus scan says of a file. */
export type ScanStatus = 'notScanned' | 'pending' | 'clean' | 'infected';

/** A file as the panel shows it. Fields that the user may not see are missing. */
export interface FileRecord extends RecordData {
  name?: string;
  mediaType?: string | null;
  size?: number | null;
  scan?: ScanStatus | null;
  createdBy?: { id: string; name?: string } | null;
}

/** How often files are asked for again while a scan is pending. */
const SCAN_POLL_MS = 3_000;

/** The files about a record, newest first. */
export function filesQuery({ object, id }: Pick<LinkedRecord, 'object' | 'id'>) {
  const filter: Condition = { field: 'about', op: 'contains', value: { object, id } };
  const request = { filter, sort: '-createdAt', limit: 50, count: 'capped' as const };
  return infiniteQueryOptions({
    queryKey: [...recordKeys.lists(FILES), 'of-record', object, id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => listRecords(FILES, request, pageParam, signal),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some((file) => file['scan'] === 'pending'))
        ? SCAN_POLL_MS
        : false,
  });
}

/** Returns a link to the content of a file. Throws ApiProblem, for instance while its scan is pending. */
async function linkTo(id: string): Promise<string> {
  const answer = await client.get({ url: `${API_ROOT}${FILES}/${id}/link` });
  return (answer as unknown as { url: string }).url;
}

/** How often a thumbnail is asked for that may not be drawn yet, and how long to wait in between. */
const THUMBNAIL_TRIES = { count: 5, waitMs: 1_500 };

/** The thumbnail of a picture; null if there is none. It is drawn a moment after the picture arrives. */
export function thumbnailQuery(id: string) {
  return queryOptions({
    queryKey: [...recordKeys.record(FILES, id), 'thumbnail'],
    queryFn: async ({ signal }) => {
      const url = `${API_ROOT}${FILES}/${id}/thumbnail`;
      const picture = (await client.get({ url, signal, parseAs: 'blob' })) as unknown as Blob;
      return picture.size ? picture : null;
    },
    refetchInterval: ({ state }) =>
      state.data === null && state.dataUpdateCount < THUMBNAIL_TRIES.count ? THUMBNAIL_TRIES.waitMs : false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Lets the browser save a file. */
export async function downloadFile(id: string): Promise<void> {
  const link = document.createElement('a');
  link.href = await linkTo(id);
  link.download = '';
  link.click();
}

/** Returns the content of a file, with the type that the server found in it. */
export async function contentOf(id: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(await linkTo(id), { signal });
  if (!response.ok) throw new Error(`the content could not be loaded: ${response.status}`);
  return response.blob();
}
