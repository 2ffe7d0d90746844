import type { LinkedRecord } from '@/records/object-description';

/** Where the ids of uploads are kept that are not complete, so that they go on after the page was closed. */
const STORE = 'pellucid-uploads';
const MOST = 50;

type About = Pick<LinkedRecord, 'object' | 'id'>;

/** A file is known again by its size and its last change. Its name stays out of the browser's store. */
const keyOf = (file: File, { object, id }: About) => [object, id, file.size, file.lastModified].join('/');

function read(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

function write(known: Record<string, string>): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(Object.entries(known).slice(-MOST))));
  } catch {
    // Without a store, uploads begin anew after the page was closed.
  }
}

/** Returns the id of an upload of the file that broke off. */
export const knownUpload = (file: File, about: About): string | undefined => read()[keyOf(file, about)];

/** Keeps the id of an upload until it is complete. */
export function rememberUpload(file: File, about: About, id: string): void {
  write({ ...read(), [keyOf(file, about)]: id });
}

/** Forgets an upload that is complete or was given up. */
export function forgetUpload(file: File, about: About): void {
  const { [keyOf(file, about)]: _, ...others } = read();
  write(others);
}
