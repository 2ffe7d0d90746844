import { reason } from '../reasons/reason.js';
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { CsvRecord } from './csv-parser.js';

/**
 * Encodings in which each byte is a character: nothing in them is invalid, so a row in another encoding looks like
 * text.
 */
export type SingleByteEncoding = 'iso-8859-1' | 'windows-1252';

export const isSingleByte = (encoding: string): encoding is SingleByteEncoding =>
  encoding === 'iso-8859-1' || encoding === 'windows-1252';

/** Passes bytes on as characters with the same code, whatever they mean: delimiters and quotes are ASCII. */
export class ByteText {
  write(bytes: Buffer): string {
    return bytes.toString('latin1');
  }

  end(): string {
    return '';
  }
}

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/**
 * Decodes the cells of a record that {@link ByteText} passed on. If all characters beyond ASCII are valid UTF-8, the
 * row is in UTF-8: hardly any word of a single-byte encoding looks like that. Such a row, and one with bytes that are
 * not characters, cannot be trusted.
 */
export function readSingleByte(record: CsvRecord, encoding: SingleByteEncoding): void {
  if (!record.cells.some((cell) => BEYOND_ASCII.test(cell))) return;
  const bytes = record.cells.map((cell) => Buffer.from(cell, 'latin1'));
  if (bytes.every((cell) => isUtf8(cell))) {
    record.cells = bytes.map((cell) => cell.toString('utf8'));
    record.damage ??= reason('otherEncodingUtf8', { encoding });
    return;
  }
  record.cells = bytes.map((cell) => iconv.decode(cell, encoding));
  if (record.cells.some((cell) => cell.includes('\ufffd')))
    record.damage ??= reason('unknownCharacters', { encoding });
}
