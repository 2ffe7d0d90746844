import { API_ROOT } from '@/lib/api-root';
import { ApiProblem } from '@/lib/api-problem';
import { client } from '@/lib/transport';
import type { LinkedRecord } from '@/records/object-description';

const URL_ROOT = `${API_ROOT}/file-uploads`;

/** An upload on the server. */
export interface UploadState {
  id: string;
  offset: number;
  fileId: string | null;
}

/** Begins an upload. Throws ApiProblem if there is no room for it. */
export async function startUpload(
  file: Pick<File, 'name' | 'size'>,
  { object, id }: Pick<LinkedRecord, 'object' | 'id'>,
  signal: AbortSignal,
): Promise<UploadState> {
  const body = { name: file.name, size: file.size, about: [{ object, id }] };
  return (await client.post({ url: URL_ROOT, body, signal })) as unknown as UploadState;
}

/** Returns how much of an upload has arrived; undefined if there is no such upload any more. */
export async function findUpload(id: string, signal: AbortSignal): Promise<UploadState | undefined> {
  try {
    return (await client.get({ url: `${URL_ROOT}/${id}`, signal })) as unknown as UploadState;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

/** Sends the piece that begins at the offset. */
export async function sendPiece(id: string, offset: number, piece: Blob, signal: AbortSignal): Promise<void> {
  await client.patch({
    url: `${URL_ROOT}/${id}`,
    body: piece,
    bodySerializer: null,
    headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) },
    signal,
  });
}

/** Makes a file of an upload. */
export async function completeUpload(id: string, signal: AbortSignal): Promise<void> {
  await client.post({ url: `${URL_ROOT}/${id}/complete`, body: {}, signal });
}

/** Gives an upload up. */
export async function cancelUpload(id: string): Promise<void> {
  await client.delete({ url: `${URL_ROOT}/${id}` });
}
