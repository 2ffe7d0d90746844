import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Marks each character that was not UTF-8: a noncharacter, which no text contains (Unicode 23.7). */
const FOREIGN = '\uffff';

/**
 * Returns the length of the valid UTF-8 sequence at the position (RFC 3629: no overlong forms, no surrogates, nothing
 * above U+10FFFF).
 * @returns 1 to 4 bytes, 0 if the bytes are not valid
 */
export function utf8Length(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1];
  if (second === undefined || second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i] ?? 0) >> 6 !== 2) return 0;
  return length;
}

/** Returns the number of bytes at the end that start a UTF-8 sequence without completing it. */
export function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/**
 * Decodes UTF-8 piece by piece. Bytes that are not UTF-8 are read as Windows-1252 and marked, so that their row can be
 * distinguished from others and shown as it was probably meant.
 */
export class Utf8Decoder {
  /** Whether some bytes so far were not UTF-8. */
  sawForeign = false;
  private carry = Buffer.alloc(0);
  private isStart = true;

  /** Decodes the next bytes; an incomplete sequence at their end is kept for the next call. */
  write(chunk: Buffer): string {
    const bytes = this.carry.length ? Buffer.concat([this.carry, chunk]) : chunk;
    const cut = bytes.length - unfinishedUtf8(bytes);
    this.carry = Buffer.from(bytes.subarray(cut));
    return this.decode(bytes.subarray(0, cut));
  }

  /** Decodes what is left. */
  end(): string {
    return this.decode(this.carry);
  }

  private decode(bytes: Buffer): string {
    let text = isUtf8(bytes) ? bytes.toString('utf8') : this.mixed(bytes);
    if (this.isStart && text !== '') {
      this.isStart = false;
      if (text[0] === '\ufeff') text = text.slice(1);
    }
    return text;
  }

  private mixed(bytes: Buffer): string {
    this.sawForeign = true;
    const parts: string[] = [];
    let from = 0;
    for (let at = 0; at < bytes.length; ) {
      const length = utf8Length(bytes, at);
      if (length > 0) {
        at += length;
        continue;
      }
      parts.push(
        bytes.toString('utf8', from, at),
        FOREIGN,
        iconv.decode(bytes.subarray(at, at + 1), 'windows-1252'),
      );
      from = ++at;
    }
    parts.push(bytes.toString('utf8', from));
    return parts.join('');
  }
}

/** Whether a text from {@link Utf8Decoder} contains characters that were not UTF-8. */
export const hasForeign = (text: string): boolean => text.includes(FOREIGN);

/** Returns the text without the marks of {@link Utf8Decoder}. */
export const withoutMarks = (text: string): string => text.replaceAll(FOREIGN, '');
