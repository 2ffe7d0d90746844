import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import type { WrappedSecret } from '@pellucid/platform/crypto';
import type { ByteRange } from '@pellucid/platform/http';
import { sealedFileKeys, SealedFiles } from '@pellucid/platform/storage';
import type { ExportPart } from './exports.repository.js';

/** Purpose under which the keys of parts are wrapped. */
const EXPORT_PART = 'export-part';

/** Where the keys of parts are stored. */
export const EXPORT_PART_KEYS = sealedFileKeys('keys of exports', 'export_part', EXPORT_PART);

/** The files of exports: sealed parts in the storage, each with its own key. */
@Injectable()
export class ExportFiles {
  constructor(@Inject(SealedFiles) private readonly sealed: SealedFiles) {}

  /** Stores a part. @param id announced before */
  async write(id: string, content: Buffer): Promise<{ size: number; secret: WrappedSecret }> {
    const bytes = Readable.from([content], { objectMode: false });
    const { size, secret } = await this.sealed.write(
      EXPORT_PART,
      requireTenant(),
      id,
      bytes,
      Number.POSITIVE_INFINITY,
    );
    return { size, secret };
  }

  /** Returns the content of a part. */
  async part(part: ExportPart): Promise<Buffer> {
    return buffer(await this.sealed.read(EXPORT_PART, requireTenant(), part));
  }

  /**
   * Yields the bytes of a file, part by part.
   * @param parts in their order
   * @param range of the file
   */
  bytes(parts: ExportPart[], range: ByteRange): AsyncGenerator<Buffer> {
    return this.sealed.readParts(EXPORT_PART, requireTenant(), parts, range);
  }
}
