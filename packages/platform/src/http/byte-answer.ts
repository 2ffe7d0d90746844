import { StreamableFile } from '@nestjs/common';
import type { AccessDirectory } from '../access/index.js';
import { ProblemError } from '../errors/index.js';
import { answerStream } from './answer-stream.js';
import type { HttpExchange } from './exchange.js';

/** A range of bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A file as it is sent. */
export interface ServedFile {
  size: number;
  /** With quotes. It names the content: a download that broke off resumes only if it is the same. */
  etag: string;
  /** Name under which it is saved. */
  name: string;
  mediaType: string;
  /** What the caller must be allowed until the last byte. */
  permission: { object: string; action: string };
  /** Yields the bytes of a range. */
  bytes(range: ByteRange): AsyncIterator<Uint8Array>;
}

/** Nothing of a file may run as a page of ours, even if a browser shows it. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/**
 * Reads the header `Range`. Only one range of bytes is supported; anything else asks for the whole file (RFC 9110, 14.2).
 * @returns undefined for the whole file, null for a range that the file does not have
 */
function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
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

/**
 * Returns the range of a file that the request asks for; undefined for the whole file.
 * @param headers `range`, and `if-range` with the ETag of the content that the caller has a part of
 * @throws ProblemError 416 for a range that the file does not have
 */
export function requestedRange(
  headers: { range?: string | undefined; 'if-range'?: string | undefined },
  { size, etag }: Pick<ServedFile, 'size' | 'etag'>,
): ByteRange | undefined {
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = isSame ? rangeOf(headers.range, size) : undefined;
  if (range === null)
    throw new ProblemError(
      416,
      'rangeNotSatisfiable',
      'Range not satisfiable',
      `The file has ${size} bytes.`,
      { headers: { 'Content-Range': `bytes */${size}` } },
    );
  return range;
}

/**
 * Answers with a file or a range of it: always to be saved, never as a page, and only while the caller may have it.
 * @param range as {@link requestedRange} returned it
 */
export function fileAnswer(
  exchange: HttpExchange,
  file: ServedFile,
  range: ByteRange | undefined,
  access: AccessDirectory,
): StreamableFile {
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  if (range) {
    exchange.status(206);
    exchange.header('Content-Range', `bytes ${start}-${end}/${file.size}`);
  }
  exchange.header('Accept-Ranges', 'bytes');
  exchange.header('ETag', file.etag);
  exchange.header('Cache-Control', 'private, no-store');
  exchange.header('X-Content-Type-Options', 'nosniff');
  exchange.header('Content-Security-Policy', SANDBOX);
  return new StreamableFile(answerStream(file.bytes({ start, end }), access, file.permission), {
    type: file.mediaType,
    length: end - start + 1,
    disposition: attachment(file.name),
  });
}

/** Returns the header by which browsers save a file under its name (RFC 6266): in full, and in ASCII for old ones. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  if (plain === name) return `attachment; filename="${name}"`;
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
