import { createHash } from 'node:crypto';

/** Bits per word and hashes per word: about one stranger in 300,000 is taken for a member. */
const BITS_PER_WORD = 26;
const HASHES = 18;

/**
 * A set one can only ask (Bloom 1970): it never denies a member, seldom takes a stranger for one, and does not give its
 * members away.
 */
export class BloomFilter {
  private readonly bits: Uint8Array;

  /** @param bits as {@link bytes} gives them */
  constructor(bits: Uint8Array) {
    this.bits = bits;
  }

  /** The filter of these words. */
  static of(words: ReadonlySet<string>): BloomFilter {
    const filter = new BloomFilter(new Uint8Array(Math.ceil((words.size * BITS_PER_WORD) / 8)));
    for (const word of words) for (const at of filter.places(word)) filter.bits[at >> 3]! |= 1 << (at & 7);
    return filter;
  }

  has(word: string): boolean {
    return this.places(word).every((at) => (this.bits[at >> 3]! >> (at & 7)) & 1);
  }

  /** All there is to it, to be stored. */
  get bytes(): Uint8Array {
    return this.bits;
  }

  /** Two halves of one digest stand for all hashes (Kirsch and Mitzenmacher 2006). */
  private places(word: string): number[] {
    const digest = createHash('sha256').update(word).digest();
    const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(4) | 1];
    const length = this.bits.length * 8;
    return Array.from({ length: HASHES }, (_, i) => (first + i * (second >>> 0)) % length);
  }
}
