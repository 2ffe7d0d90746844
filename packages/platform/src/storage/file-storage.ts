import type { Readable } from 'node:stream';

/** What was written. */
export interface WrittenFile {
  /** Bytes. */
  size: number;
  /** SHA-256 of the content, base64url. */
  sha256: string;
}

/** Where uploaded files are kept. Each belongs to one tenant; API and worker see the same. */
export interface FileStorage {
  /**
   * Keeps the content under a new id. Until it is complete nobody can read it, and nothing is left of it when it fails.
   * @param limitBytes more than so many bytes are refused
   * @throws FileTooLargeError; what the content itself throws
   */
  write(tenantId: string, id: string, content: Readable, limitBytes: number): Promise<WrittenFile>;
  /**
   * The content, or the bytes from `start` up to and with `end`.
   * @throws StoredFileMissingError
   */
  read(tenantId: string, id: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Removes the file; one that is not there is no error. */
  remove(tenantId: string, id: string): Promise<void>;
  /** Removes what interrupted writes (a killed process) left behind before the time. */
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

/** There is no such file (any more). */
export class StoredFileMissingError extends Error {
  override name = 'StoredFileMissingError';
  constructor() {
    super('the stored file is missing');
  }
}
