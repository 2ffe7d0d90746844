import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createInflateRaw } from 'node:zlib';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import type { TableSource } from './table-file.js';
import { TableRefusedError } from './table-refused.js';

/**
 * Maximum size of the end of a zip archive, which points to its directory (APPNOTE 4.3.16: 22 bytes and a comment of up
 * to 65,535).
 */
const TAIL = 66_000;
/** Maximum number of parts of an archive: a workbook with hundreds of sheets and pictures has a few thousand. */
const MAX_PARTS = 10_000;
const STORED = 0;
const DEFLATED = 8;

/** A part of the archive, as listed in its directory. */
interface Part {
  at: number;
  packed: number;
  method: number;
  /** Declared unpacked size in bytes. */
  said: number;
}

/** The error for an archive that does not match its directory. */
export const damaged = (cause?: unknown): TableRefusedError =>
  new TableRefusedError(
    'The file is a damaged archive. Export it again as XLSX or CSV.',
    cause ? { cause } : undefined,
  );

/** A zip archive whose parts are unpacked piece by piece; nothing is held in memory as a whole. */
export class ZipArchive {
  private constructor(
    private readonly source: TableSource,
    private readonly parts: ReadonlyMap<string, Part>,
  ) {}

  /** Reads the archive's directory. @throws TableRefusedError */
  static async open(source: TableSource): Promise<ZipArchive> {
    const start = Math.max(0, source.size - TAIL);
    const tail = await buffer(await source.read({ start, end: source.size - 1 }));
    const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006'));
    if (end < 0 || end + 22 > tail.length) throw damaged();
    const size = tail.readUInt32LE(end + 12);
    const at = tail.readUInt32LE(end + 16);
    if (at + size > source.size || size === 0) throw damaged();
    return new ZipArchive(
      source,
      directoryOf(await buffer(await source.read({ start: at, end: at + size - 1 }))),
    );
  }

  /** Names of the parts, as the directory lists them. Never use one as a path. */
  get names(): string[] {
    return [...this.parts.keys()];
  }

  has(name: string): boolean {
    return this.parts.has(name);
  }

  /** Declared unpacked size of all parts, in bytes. */
  get unpackedSize(): number {
    return [...this.parts.values()].reduce((sum, part) => sum + part.said, 0);
  }

  /** Returns the packed size of a part in bytes. */
  packedSize(name: string): number {
    return this.parts.get(name)?.packed ?? 0;
  }

  /**
   * Unpacks a part without keeping it, so that a forged size is detected before the content is used.
   * @throws TableRefusedError
   */
  async verify(name: string): Promise<void> {
    for await (const _ of this.read(name));
  }

  /**
   * Yields the bytes of a part, up to its declared size.
   * @param onPacked called with the number of packed bytes read
   * @throws TableRefusedError
   */
  async *read(name: string, onPacked?: (bytes: number) => void): AsyncGenerator<Buffer> {
    const part = this.parts.get(name);
    if (!part || (part.method !== STORED && part.method !== DEFLATED)) throw damaged();
    if (part.packed === 0) return;
    const { at, packed, said } = part;
    if (at + 30 + packed > this.source.size) throw damaged();
    const header = await buffer(await this.source.read({ start: at, end: at + 29 }));
    const begin = at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const raw = await this.source.read({ start: begin, end: begin + packed - 1 });
    if (onPacked) raw.on('data', (chunk: Buffer) => onPacked(chunk.length));
    const inflate = createInflateRaw();
    const bytes = part.method === DEFLATED ? pipeline(raw, inflate, () => {}) : raw;
    let unpacked = 0;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        unpacked += chunk.length;
        if (unpacked > said) throw damaged();
        yield chunk;
      }
    } catch (error) {
      if (error instanceof StoredFileMissingError || error instanceof TableRefusedError) throw error;
      throw damaged(error);
    } finally {
      raw.destroy();
      inflate.destroy();
    }
  }
}

function directoryOf(directory: Buffer): Map<string, Part> {
  const parts = new Map<string, Part>();
  let entries = 0;
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    if (++entries > MAX_PARTS)
      throw new TableRefusedError(
        `The workbook has more than ${MAX_PARTS} parts. Save the sheet as CSV or in its own workbook.`,
      );
    const nameLength = directory.readUInt16LE(at + 28);
    parts.set(directory.toString('utf8', at + 46, at + 46 + nameLength), {
      at: directory.readUInt32LE(at + 42),
      packed: directory.readUInt32LE(at + 20),
      method: directory.readUInt16LE(at + 10),
      said: directory.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
}
