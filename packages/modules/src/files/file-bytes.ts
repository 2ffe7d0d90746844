import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import type { ByteRange } from '@pellucid/platform/http';
import { FILE_STORAGE, type FileStorage, SealedFiles } from '@pellucid/platform/storage';
import type { FilePart } from './files.repository.js';

/** Purpose under which the keys of parts are wrapped. */
const FILE_PART = 'file-part';

/** The bytes of files: sealed parts in the storage, each with its own key. A part is a piece as it arrived, or a thumbnail. */
@Injectable()
export class FileBytes {
  constructor(
    @Inject(SealedFiles) private readonly sealed: SealedFiles,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  /** Stores a part while it arrives. If it breaks off, nothing stays. @throws FileTooLargeError, or an error of the stream */
  async write(id: string, content: Readable, limitBytes: number): Promise<FilePart> {
    return { id, ...(await this.sealed.write(FILE_PART, requireTenant(), id, content, limitBytes)) };
  }

  /** Removes a part that was not kept. */
  async discard(id: string): Promise<void> {
    await this.storage.remove(requireTenant(), id);
  }

  /** Yields the bytes of a range, part by part. @param parts in their order */
  read(parts: FilePart[], range: ByteRange): AsyncGenerator<Buffer> {
    return this.sealed.readParts(FILE_PART, requireTenant(), parts, range);
  }

  /** Yields all bytes, part by part. @param parts in their order */
  readAll(parts: FilePart[]): AsyncGenerator<Buffer> {
    return this.read(parts, { start: 0, end: parts.reduce((sum, { size }) => sum + size, 0) - 1 });
  }

  /** Returns the first bytes. @param parts in their order */
  async head(parts: FilePart[], bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.read(parts, { start: 0, end: bytes - 1 })) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Returns the SHA-256 of the whole in hexadecimal. @param parts in their order */
  async sha256(parts: FilePart[]): Promise<string> {
    if (parts.length === 1) return Buffer.from(parts[0]!.sha256, 'base64url').toString('hex');
    const hash = createHash('sha256');
    for await (const piece of this.readAll(parts)) hash.update(piece);
    return hash.digest('hex');
  }
}
