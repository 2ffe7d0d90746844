import { useSyncExternalStore } from 'react';
import { queryClient } from '@/lib/query-client';
import { recordKeys } from '@/records/api/record-keys';
import type { LinkedRecord } from '@/records/object-description';
import { FILES } from './api/files';
import { cancelUpload } from './api/uploads';
import { forgetUpload, knownUpload, rememberUpload } from './known-uploads';
import { uploadFile } from './upload-file';

/** Files that are sent at the same time. */
const AT_ONCE = 3;

/** A file on its way to the server. */
export interface Upload {
  key: number;
  file: File;
  about: Pick<LinkedRecord, 'object' | 'id'>;
  status: 'queued' | 'sending' | 'waiting' | 'failed';
  /** Bytes that have arrived. */
  sent: number;
  error?: unknown;
}

let uploads: readonly Upload[] = [];
let lastKey = 0;
const listeners = new Set<() => void>();
const aborts = new Map<number, AbortController>();

function change(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
  window[uploads.some(({ status }) => status !== 'failed') ? 'addEventListener' : 'removeEventListener'](
    'beforeunload',
    askToStay,
  );
}

/** Leaving the page would break uploads off. */
const askToStay = (event: BeforeUnloadEvent) => event.preventDefault();

const update = (key: number, changes: Partial<Upload>) =>
  change(uploads.map((upload) => (upload.key === key ? { ...upload, ...changes } : upload)));
const remove = (key: number) => change(uploads.filter((upload) => upload.key !== key));

/** Uploads go on while the user looks at other pages. */
export function useUploads({ object, id }: Pick<LinkedRecord, 'object' | 'id'>): Upload[] {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
  return all.filter(({ about }) => about.object === object && about.id === id);
}

/** Uploads files for a record, a few at a time. */
export function addUploads(files: File[], about: Upload['about']): void {
  const added = files.map((file): Upload => ({ key: ++lastKey, file, about, status: 'queued', sent: 0 }));
  change([...uploads, ...added]);
  sendNext();
}

/** Tries a failed upload again. It goes on from what has arrived. */
export function retryUpload(key: number): void {
  update(key, { status: 'queued', error: undefined });
  sendNext();
}

/** Stops an upload, and removes what has arrived. */
export function stopUpload({ key, file, about }: Upload): void {
  aborts.get(key)?.abort();
  remove(key);
  const id = knownUpload(file, about);
  forgetUpload(file, about);
  // Otherwise it is removed after a day.
  if (id) void cancelUpload(id).catch(() => {});
  sendNext();
}

function sendNext(): void {
  const busy = uploads.filter(({ status }) => status === 'sending' || status === 'waiting').length;
  for (const upload of uploads.filter(({ status }) => status === 'queued').slice(0, AT_ONCE - busy))
    void send(upload);
}

async function send({ key, file, about }: Upload): Promise<void> {
  const abort = new AbortController();
  aborts.set(key, abort);
  update(key, { status: 'sending' });
  try {
    await uploadFile(
      file,
      about,
      knownUpload(file, about),
      {
        onStart: (id) => rememberUpload(file, about, id),
        onProgress: (sent) => update(key, { sent }),
        onWaiting: (isWaiting) => update(key, { status: isWaiting ? 'waiting' : 'sending' }),
      },
      abort.signal,
    );
    forgetUpload(file, about);
    await queryClient.invalidateQueries({ queryKey: recordKeys.lists(FILES) });
    remove(key);
  } catch (error) {
    if (!abort.signal.aborted) update(key, { status: 'failed', error });
  } finally {
    aborts.delete(key);
    sendNext();
  }
}
