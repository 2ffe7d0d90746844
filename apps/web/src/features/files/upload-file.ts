import { ApiProblem } from '@/lib/api-problem';
import type { LinkedRecord } from '@/records/object-description';
import { completeUpload, findUpload, sendPiece, startUpload, type UploadState } from './api/uploads';

const KIB = 1024;
/** Sizes of pieces in bytes. */
const PIECE = { first: 512 * KIB, least: 256 * KIB, most: 8 * KIB * KIB };
/** How long a piece should take, in milliseconds: long enough to be efficient, short enough to show progress. */
const PIECE_MS = 1_500;
/** How long to wait before another attempt, in milliseconds. It doubles with each one. */
const WAIT_MS = { first: 1_000, most: 15_000 };
/** Attempts without any progress before the user is asked. */
const ATTEMPTS = 6;

/** What becomes of an upload on its way. */
export interface UploadEvents {
  /** It has this id on the server: after a loss it goes on from there. */
  onStart: (id: string) => void;
  /** Bytes that have arrived. */
  onProgress: (bytes: number) => void;
  /** Whether it waits for the connection. */
  onWaiting: (isWaiting: boolean) => void;
}

/**
 * Uploads a file in pieces. If the connection is lost, it waits, asks how much has arrived and goes on from there.
 * @param known id of an upload of the same file that broke off
 * @throws ApiProblem when the server refuses it, or can't be reached for long; AbortError when it is cancelled
 */
export async function uploadFile(
  file: File,
  about: Pick<LinkedRecord, 'object' | 'id'>,
  known: string | undefined,
  events: UploadEvents,
  signal: AbortSignal,
): Promise<void> {
  let upload: UploadState | undefined;
  let size = PIECE.first;
  let failures = 0;
  const attempt = async (): Promise<boolean> => {
    upload ??= (known && (await findUpload(known, signal))) || (await startUpload(file, about, signal));
    events.onStart(upload.id);
    if (failures > 0)
      upload = (await findUpload(upload.id, signal)) ?? (await startUpload(file, about, signal));
    events.onWaiting(false);
    while (upload.fileId === null && upload.offset < file.size) {
      const { id, offset }: UploadState = upload;
      const piece = file.slice(offset, offset + size);
      const began = performance.now();
      await sendPiece(id, offset, piece, signal);
      failures = 0;
      upload = { ...upload, offset: offset + piece.size };
      events.onProgress(upload.offset);
      size = nextSize(size, performance.now() - began);
    }
    if (upload.fileId === null) await completeUpload(upload.id, signal);
    return true;
  };
  for (;;) {
    try {
      if (await attempt()) return;
    } catch (error) {
      const isPassing = error instanceof ApiProblem && (error.isTransient || error.code === 'offsetMismatch');
      failures += 1;
      if (!isPassing || failures >= ATTEMPTS) throw error;
      size = PIECE.first;
      events.onWaiting(true);
      await pause(Math.min(WAIT_MS.first * 2 ** (failures - 1), WAIT_MS.most), signal);
    }
  }
}

/** Returns the size of the next piece, after one of this size took so long. */
export function nextSize(size: number, milliseconds: number): number {
  const factor = Math.min(2, Math.max(0.5, PIECE_MS / Math.max(1, milliseconds)));
  const rounded = Math.round((size * factor) / (64 * KIB)) * 64 * KIB;
  return Math.min(PIECE.most, Math.max(PIECE.least, rounded));
}

/** Waits, but no longer than until the connection is back. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const abort = () => {
      end();
      reject(new DOMException('cancelled', 'AbortError'));
    };
    const timer = setTimeout(end, milliseconds);
    window.addEventListener('online', end);
    signal.addEventListener('abort', abort);
  });
}
