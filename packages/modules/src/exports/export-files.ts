import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import type { WrappedPlace, WrappedSecret } from '@pellucid/platform/crypto';
import { SealedFiles } from '@pellucid/platform/storage';
import type { ExportPart } from './exports.repository.js';

/** Purpose under which the keys of parts are wrapped. */
const EXPORT_PART = 'export-part';

/** Where the keys of parts are stored. */
export const EXPORT_PART_KEYS: WrappedPlace = {
  kind: 'keys of exports',
  table: 'export_part',
  primaryKey: { tenant_id: 'uuid', id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'wrapped_key',
  purpose: 'record-secret',
  aad: `tenant_id || ':${EXPORT_PART}:' || id`,
};

/** A range of bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

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
   * Yields the bytes of a file, read part by part.
   * @param parts in their order
   * @param range of the file
   */
  async *bytes(parts: ExportPart[], { start, end }: ByteRange): AsyncGenerator<Buffer> {
    let at = 0;
    for (const part of parts) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, part.size - 1);
      at += part.size;
      if (from > to) continue;
      const isWhole = from === 0 && to === part.size - 1;
      const content = await this.sealed.read(
        EXPORT_PART,
        requireTenant(),
        part,
        isWhole ? undefined : { start: from, end: to },
      );
      yield* content as AsyncIterable<Buffer>;
    }
  }
}

/**
 * Reads the header `Range`. Only one range of bytes is supported; anything else asks for the whole file (RFC 9110, 14.2).
 * @returns undefined for the whole file, null for a range that the file does not have
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length > 0 ? { start: size - length, end: size - 1 } : null;
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start < size ? { start, end } : null;
}
