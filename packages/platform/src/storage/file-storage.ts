import type { Readable } from 'node:stream';

/** What was written. */
export interface WrittenFile {
  /** Size in bytes. */
  size: number;
  /** SHA-256 of the content, base64url. */
  sha256: string;
}

/** Storage for uploaded files. Each file belongs to one tenant; API and worker share the storage. */
export interface FileStorage {
  /**
   * Stores the content under a new id. Nobody can read it before it is complete, and a failed write leaves nothing
   * behind.
   * @param limitBytes maximum size in bytes
   * @throws FileTooLargeError; or any error of the content stream
   */
  write(tenantId: string, id: string, content: Readable, limitBytes: number): Promise<WrittenFile>;
  /**
   * Returns the content, or the bytes from `start` to `end`, both included.
   * @throws StoredFileMissingError
   */
  read(tenantId: string, id: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Removes the file; does nothing if it does not exist. */
  remove(tenantId: string, id: string): Promise<void>;
  /** Removes what interrupted writes (of a killed process) left behind before the given time. */
  sweep(before: Date): Promise<void>;
}

/** DI token of the {@link FileStorage}. */
export const FILE_STORAGE = Symbol('FileStorage');

/** The content is larger than allowed. */
export class FileTooLargeError extends Error {
  override name = 'FileTooLargeError';
  constructor(readonly limitBytes: number) {
    super(`the file is larger than ${limitBytes} bytes`);
  }
}

/** The file does not exist (or no longer exists). */
export class StoredFileMissingError extends Error {
  override name = 'StoredFileMissingError';
  constructor() {
    super('the stored file is missing');
  }
}
