import type { S3Place } from './s3-place.js';

/** Small texts under names such as `<tenant>/<number>`. */
export interface TextObjects {
  /** Stores the text; it is stored for good when the promise resolves. */
  put(name: string, text: string): Promise<void>;
  /** Returns the text; undefined if there is none. */
  get(name: string): Promise<string | undefined>;
  /** Returns the first name, in the order of their characters, that begins with the prefix; undefined if there is none. */
  first(prefix: string): Promise<string | undefined>;
  /** Yields all names that begin with the prefix, in the order of their characters. */
  list(prefix: string): AsyncIterable<string>;
  /** Returns what stands before the first slash of names, each once, sorted. */
  folders(): Promise<string[]>;
}

/** Opens a folder of an S3 bucket. The client is loaded on demand, because it is large and few installations have a bucket. */
export async function openS3Objects(place: S3Place, folder: string): Promise<TextObjects> {
  const { S3Objects } = await import('./s3-objects.js');
  return new S3Objects(place, folder);
}
