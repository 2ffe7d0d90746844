import { type Readable, pipeline } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  MasterKeys,
  OpeningStream,
  RecordSecrets,
  SealingStream,
  sealedRange,
  type WrappedPlace,
  type WrappedSecret,
} from '../crypto/index.js';
import { FILE_STORAGE, type FileStorage, type WrittenFile } from './file-storage.js';
import { MeteringStream } from './metering-stream.js';

/** A sealed file; size and hash are those of its content. */
export interface SealedFile extends WrittenFile {
  /**
   * The file's key, wrapped for this company and file. It is stored with the file's row and destroyed with the file.
   */
  secret: WrappedSecret;
}

/**
 * Returns where the keys of sealed files are stored: in the columns `key_id` and `wrapped_key` of a company's table, whose ids
 * are those of the files.
 * @param what the table contains, in the plural: `keys of exports`
 * @param kind of file, as given to {@link SealedFiles.write}
 */
export const sealedFileKeys = (what: string, table: string, kind: string): WrappedPlace => ({
  kind: what,
  table,
  primaryKey: { tenant_id: 'uuid', id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'wrapped_key',
  purpose: 'record-secret',
  aad: `tenant_id || ':${kind}:' || id`,
});

/**
 * Companies' files, unreadable in the storage: each is encrypted with its own key, which is wrapped by the master key.
 */
@Injectable()
export class SealedFiles {
  private readonly secrets: RecordSecrets;

  constructor(
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
    @Inject(MasterKeys) keys: MasterKeys,
  ) {
    this.secrets = new RecordSecrets(keys);
  }

  /**
   * Seals content into the storage while it is read.
   * @param kind of file, e.g. `import-file`: the key is wrapped for it
   * @throws FileTooLargeError; or any error of the content stream
   */
  async write(
    kind: string,
    tenantId: string,
    id: string,
    content: Readable,
    limitBytes: number,
  ): Promise<SealedFile> {
    const { key, secret } = this.secrets.create(tenantId, kind, id);
    const meter = new MeteringStream(limitBytes);
    // Errors travel down the pipeline to the storage, which then leaves nothing behind.
    const sealed = pipeline(content, meter, new SealingStream(key, placeOf(tenantId, id)), () => {});
    await this.storage.write(tenantId, id, sealed as unknown as Readable, Number.POSITIVE_INFINITY);
    return { ...meter.measured(), secret };
  }

  /**
   * Returns the content, or the bytes from `start` to `end`, both included.
   * @param size of the content, in bytes
   * @throws StoredFileMissingError; ProblemError 503 when its key cannot be opened
   */
  async read(
    kind: string,
    tenantId: string,
    file: { id: string; size: number; secret: WrappedSecret },
    range?: { start: number; end: number },
  ): Promise<Readable> {
    const key = this.secrets.unwrap(tenantId, kind, file.id, file.secret);
    const sealed = await this.storage.read(
      tenantId,
      file.id,
      range ? sealedRange(file.size, range) : undefined,
    );
    const opening = new OpeningStream(key, placeOf(tenantId, file.id), file.size, range);
    return pipeline(sealed, opening, () => {}) as unknown as Readable;
  }

  /**
   * Yields the bytes of content that is stored in several files, one file after the other.
   * @param parts the files in their order
   * @param range of the whole content, both ends included
   * @throws like {@link read}
   */
  async *readParts(
    kind: string,
    tenantId: string,
    parts: Parameters<SealedFiles['read']>[2][],
    { start, end }: { start: number; end: number },
  ): AsyncGenerator<Buffer> {
    let at = 0;
    for (const part of parts) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, part.size - 1);
      at += part.size;
      if (from > to) continue;
      const isWhole = from === 0 && to === part.size - 1;
      const range = isWhole ? undefined : { start: from, end: to };
      yield* (await this.read(kind, tenantId, part, range)) as AsyncIterable<Buffer>;
    }
  }
}

const placeOf = (tenantId: string, id: string) => `${tenantId}:${id}`;
