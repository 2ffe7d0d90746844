import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  OpeningStream,
  PIECE_BYTES,
  SEALED_PIECE_BYTES,
  SealedContentBrokenError,
  SealingStream,
  sealedRange,
} from './index.js';

const key = randomBytes(32);

/** Streams the bytes in chunks of the given size. */
const from = (bytes: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
const seal = (content: Buffer, size = 10_000) =>
  buffer(from(content, size).pipe(new SealingStream(key, 'here')));
const open = (sealed: Buffer, length: number, aad = 'here', under = key) => {
  const stream = from(sealed, 9_999).pipe(new OpeningStream(under, aad, length));
  return buffer(stream);
};

test('content is recovered whole or in part, whatever its length and however it is cut', async () => {
  const lengths = [
    0,
    1,
    PIECE_BYTES - 1,
    PIECE_BYTES,
    PIECE_BYTES + 1,
    3 * PIECE_BYTES,
    3 * PIECE_BYTES + 17,
  ];
  for (const length of lengths) {
    const content = randomBytes(length);
    const sealed = await seal(content, 1 + (length % 70_000));
    expect((await open(sealed, length)).equals(content)).toBe(true);
    if (length === 0) continue;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.nat(length + 10), async (a, b) => {
        const range = { start: Math.min(a, b), end: Math.max(a, b) };
        const { start, end } = sealedRange(length, range);
        const part = from(sealed.subarray(start, end + 1), 8_191).pipe(
          new OpeningStream(key, 'here', length, range),
        );
        expect((await buffer(part)).equals(content.subarray(range.start, range.end + 1))).toBe(true);
      }),
      { numRuns: 10 },
    );
  }
});

test('content that was altered, cut off, moved or sealed with another key does not open', async () => {
  const length = 2 * PIECE_BYTES + 100;
  const sealed = await seal(randomBytes(length));
  const altered = Buffer.from(sealed);
  altered[70_000]! ^= 1;
  const swapped = Buffer.concat([
    sealed.subarray(SEALED_PIECE_BYTES, 2 * SEALED_PIECE_BYTES),
    sealed.subarray(0, SEALED_PIECE_BYTES),
    sealed.subarray(2 * SEALED_PIECE_BYTES),
  ]);
  const cases: Promise<Buffer>[] = [
    open(altered, length),
    open(swapped, length),
    open(sealed.subarray(0, 2 * SEALED_PIECE_BYTES), length),
    open(sealed.subarray(0, 2 * SEALED_PIECE_BYTES), 2 * PIECE_BYTES),
    open(sealed.subarray(0, -1), length),
    open(sealed, length, 'elsewhere'),
    open(sealed, length, 'here', randomBytes(32)),
  ];
  await Promise.all(cases.map((broken) => expect(broken).rejects.toThrow(SealedContentBrokenError)));
});
