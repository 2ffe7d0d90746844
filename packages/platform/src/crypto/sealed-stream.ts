import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of content in each piece; the last one may have fewer. */
export const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
/** Size of a full piece when sealed, in bytes. */
export const SEALED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES;

/**
 * Long content is sealed piece by piece (AES-256-GCM each, after the STREAM construction of Hoang, Reyhanitabar,
 * Rogaway and Vizár, 2015). The nonce counts the pieces and marks the last one, so altering, moving, dropping or
 * cutting off pieces is detected, and each piece can be read alone. A key must seal one content only.
 */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 4);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/**
 * Seals content as it passes.
 * @param key used for this content only
 * @param aad where the result is stored; it opens nowhere else
 */
export class SealingStream extends Transform {
  private pending: Buffer[] = [];
  private length = 0;
  private index = 0;

  constructor(
    private readonly key: Buffer,
    private readonly aad: string,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.pending.push(chunk);
    this.length += chunk.length;
    // Keeps one byte more than a piece, because the last piece is known only at the end.
    if (this.length > PIECE_BYTES) {
      let bytes = Buffer.concat(this.pending);
      while (bytes.length > PIECE_BYTES) {
        this.push(this.seal(bytes.subarray(0, PIECE_BYTES), false));
        bytes = bytes.subarray(PIECE_BYTES);
      }
      this.pending = [bytes];
      this.length = bytes.length;
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.push(this.seal(Buffer.concat(this.pending), true));
    done();
  }

  private seal(piece: Buffer, isLast: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonceOf(this.index++, isLast));
    cipher.setAAD(Buffer.from(this.aad));
    return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** The content was altered or cut off, or was sealed with another key or for another place. */
export class SealedContentBrokenError extends Error {
  override name = 'SealedContentBrokenError';
  constructor() {
    super('the sealed content was altered or belongs elsewhere');
  }
}

/**
 * Returns which of the sealed bytes contain a range of the content, both ends included.
 * @param size of the content, in bytes
 */
export function sealedRange(
  size: number,
  { start, end }: { start: number; end: number },
): { first: number; start: number; end: number } {
  const lastPiece = Math.max(0, Math.ceil(size / PIECE_BYTES) - 1);
  const first = Math.min(Math.floor(start / PIECE_BYTES), lastPiece);
  const last = Math.min(Math.floor(end / PIECE_BYTES), lastPiece);
  return { first, start: first * SEALED_PIECE_BYTES, end: (last + 1) * SEALED_PIECE_BYTES - 1 };
}

/**
 * Opens sealed pieces as they pass.
 * @param size of the whole content, in bytes
 * @param range of the content to return, both ends included; the sealed input must begin with the piece that contains
 *   its start
 * @throws SealedContentBrokenError (as the stream's error)
 */
export class OpeningStream extends Transform {
  private pending: Buffer[] = [];
  private length = 0;
  private index: number;
  private readonly lastPiece: number;

  constructor(
    private readonly key: Buffer,
    private readonly aad: string,
    private readonly size: number,
    private readonly range: { start: number; end: number } = { start: 0, end: Math.max(0, size - 1) },
  ) {
    super();
    this.index = sealedRange(size, range).first;
    this.lastPiece = Math.max(0, Math.ceil(size / PIECE_BYTES) - 1);
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.pending.push(chunk);
    this.length += chunk.length;
    try {
      if (this.length >= SEALED_PIECE_BYTES) {
        let bytes = Buffer.concat(this.pending);
        while (bytes.length >= SEALED_PIECE_BYTES) {
          this.open(bytes.subarray(0, SEALED_PIECE_BYTES));
          bytes = bytes.subarray(SEALED_PIECE_BYTES);
        }
        this.pending = [bytes];
        this.length = bytes.length;
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.length > 0) this.open(Buffer.concat(this.pending));
      const { end } = this.range;
      const wanted = Math.min(Math.floor(end / PIECE_BYTES), this.lastPiece);
      if (this.index <= wanted) throw new SealedContentBrokenError();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  private open(sealed: Buffer): void {
    const at = this.index * PIECE_BYTES;
    const piece = this.opened(sealed);
    if (at + piece.length > this.size) throw new SealedContentBrokenError();
    const from = Math.max(0, this.range.start - at);
    const to = Math.min(piece.length, this.range.end + 1 - at);
    if (to > from) this.push(piece.subarray(from, to));
  }

  private opened(sealed: Buffer): Buffer {
    if (sealed.length < TAG_BYTES) throw new SealedContentBrokenError();
    const isLast = this.index === this.lastPiece;
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonceOf(this.index++, isLast), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(this.aad));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new SealedContentBrokenError();
    }
  }
}
