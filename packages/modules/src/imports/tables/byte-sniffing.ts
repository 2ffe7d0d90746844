import { isUtf8 } from 'node:buffer';
import type { JsonShape } from './json-texts.js';
import { unfinishedUtf8, utf8Length } from './utf8-decoder.js';

/** Text encodings that an import can read, by the name it shows. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'iso-8859-1',
  'windows-1252',
  'iso-8859-2',
  'windows-1250',
  'iso-8859-15',
  'windows-1251',
  'macintosh',
  'shift_jis',
  'gb18030',
  'big5',
  'euc-kr',
] as const;

/** One of {@link ENCODINGS}. */
export type Encoding = (typeof ENCODINGS)[number];

const ALIASES: ReadonlyMap<string, Encoding> = new Map(
  Object.entries<Encoding>({
    utf8: 'utf-8',
    utf16: 'utf-16le',
    utf16le: 'utf-16le',
    utf16be: 'utf-16be',
    latin1: 'iso-8859-1',
    iso88591: 'iso-8859-1',
    latin2: 'iso-8859-2',
    iso88592: 'iso-8859-2',
    latin9: 'iso-8859-15',
    iso885915: 'iso-8859-15',
    windows1252: 'windows-1252',
    cp1252: 'windows-1252',
    windows1250: 'windows-1250',
    windows1251: 'windows-1251',
    macintosh: 'macintosh',
    macroman: 'macintosh',
    shiftjis: 'shift_jis',
    sjis: 'shift_jis',
    gb18030: 'gb18030',
    gbk: 'gb18030',
    big5: 'big5',
    euckr: 'euc-kr',
  }),
);

/** Returns the encoding meant by a name such as `UTF8` or `latin1`; undefined when it is not supported. */
export function encodingNamed(name: string): Encoding | undefined {
  return ALIASES.get(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** What kind of file the bytes are. */
export type SniffedBytes =
  | {
      kind: 'text';
      encoding: Encoding;
      bom: boolean /** How it holds records of JSON, if it begins like that. */;
      json?: JsonShape;
    }
  | { kind: 'zip' }
  /** Not a table; the message says what it is and what to do. */
  | { kind: 'refused'; reason: string };

const MAGIC: [number[], string][] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image'],
  [[0xff, 0xd8, 0xff], 'a JPEG image'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF image'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x1f, 0x8b], 'a gzip archive: extract it first'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook (.xls) or Office document: save it as .xlsx or CSV'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7-Zip archive: extract it first'],
  [[0x52, 0x61, 0x72, 0x21], 'a RAR archive: extract it first'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x4d, 0x5a, 0x90, 0x00], 'a program'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
  [[0x52, 0x49, 0x46, 0x46], 'a media file'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive: extract it first'],
];

/**
 * Examines all bytes of a file as they pass. Order: byte order mark, known binary formats, UTF-16 by its NULs, other
 * NULs or control characters (binary), UTF-8 if most characters beyond ASCII are valid UTF-8 (a row pasted from
 * elsewhere must not spoil the rest), else Windows-1252 or Latin-1.
 */
export class ByteSniffer {
  private head = Buffer.alloc(0);
  private size = 0;
  private nulsEven = 0;
  private nulsOdd = 0;
  private controls = 0;
  private highControls = 0;
  /** Number of valid UTF-8 characters beyond ASCII, and of bytes that are not UTF-8. */
  private utf8Characters = 0;
  private foreignBytes = 0;
  private carry = Buffer.alloc(0);

  push(chunk: Buffer): void {
    if (this.head.length < 4096)
      this.head = Buffer.concat([this.head, chunk.subarray(0, 4096 - this.head.length)]);
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte >= 0x20 && byte < 0x7f) continue;
      if (byte === 0) {
        if ((this.size + i) & 1) this.nulsOdd++;
        else this.nulsEven++;
      } else if (
        byte < 0x20 &&
        byte !== 0x09 &&
        byte !== 0x0a &&
        byte !== 0x0d &&
        byte !== 0x0c &&
        byte !== 0x1b
      )
        this.controls++;
      else if (byte >= 0x80 && byte <= 0x9f) this.highControls++;
    }
    this.size += chunk.length;
    const bytes = this.carry.length ? Buffer.concat([this.carry, chunk]) : chunk;
    const cut = bytes.length - unfinishedUtf8(bytes);
    this.countUtf8(bytes.subarray(0, cut));
    this.carry = Buffer.from(bytes.subarray(cut));
  }

  private countUtf8(bytes: Buffer): void {
    if (isUtf8(bytes)) {
      for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0xc0) this.utf8Characters++;
      return;
    }
    for (let at = 0; at < bytes.length; ) {
      const length = utf8Length(bytes, at);
      if (length > 1) this.utf8Characters++;
      else if (length === 0) this.foreignBytes++;
      at += Math.max(1, length);
    }
  }

  /** Returns the result. Call it after all bytes have passed. */
  result(): SniffedBytes {
    const { head, size } = this;
    if (size === 0)
      return { kind: 'refused', reason: 'The file is empty. Choose a file with a header line and rows.' };
    if (head[0] === 0xff && head[1] === 0xfe) return { kind: 'text', encoding: 'utf-16le', bom: true };
    if (head[0] === 0xfe && head[1] === 0xff) return { kind: 'text', encoding: 'utf-16be', bom: true };
    if (head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) return { kind: 'zip' };
    for (const [bytes, what] of MAGIC)
      if (bytes.every((b, i) => head[i] === b))
        return refused(
          `The file is ${what}${what.includes(':') ? '' : ', not a table. Choose a file of CSV, XLSX or JSON lines'}.`,
        );
    const nuls = this.nulsEven + this.nulsOdd;
    // In UTF-16, western text has a NUL in every second byte, always on the same side.
    if (nuls > size * 0.2 && size % 2 === 0) {
      if (this.nulsOdd > nuls * 0.95) return { kind: 'text', encoding: 'utf-16le', bom: false };
      if (this.nulsEven > nuls * 0.95) return { kind: 'text', encoding: 'utf-16be', bom: false };
    }
    if (nuls > 0)
      return refused(
        "The file contains NUL bytes and isn't text. Choose a CSV file (UTF-8, UTF-16 or Latin-1) or an XLSX file.",
      );
    if (this.controls > Math.max(2, size * 0.002))
      return refused('The file is binary, not a table. Choose a file of CSV, XLSX or JSON lines.');
    const opening = head
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .trimStart()
      .toLowerCase();
    if (/^(<!doctype html|<html|<\?xml)/.test(opening))
      return refused('The file is HTML or XML, not a table. Export it as CSV, XLSX or JSON lines.');
    const json = /^[{[]\s*["{[\]}]/.test(opening)
      ? { json: opening[0] === '[' ? ('list' as const) : ('lines' as const) }
      : {};
    const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
    const foreign = this.foreignBytes + this.carry.length;
    // The byte order mark counts as one of the characters.
    if (foreign === 0 || bom || this.utf8Characters > foreign)
      return { kind: 'text', encoding: 'utf-8', bom, ...json };
    const encoding = this.highControls > 0 ? 'windows-1252' : 'iso-8859-1';
    return { kind: 'text', encoding, bom: false, ...json };
  }
}

const refused = (reason: string) => ({ kind: 'refused' as const, reason });
