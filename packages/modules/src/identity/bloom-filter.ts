import { createHash } from 'node:crypto';

/** Bits per word, and hashes per word: about one in 300,000 words that are not in the set is reported as a member. */
const BITS_PER_WORD = 26;
const HASHES = 18;

/**
 * A set that can only be queried (Bloom 1970). It never denies a member, rarely reports a non-member as one, and does
 * not reveal its members.
 */
export class BloomFilter {
  private readonly bits: Uint8Array;

  /** @param bits content of a filter, as returned by {@link bytes} */
  constructor(bits: Uint8Array) {
    this.bits = bits;
  }

  /** Builds the filter of these words. */
  static of(words: ReadonlySet<string>): BloomFilter {
    const filter = new BloomFilter(new Uint8Array(Math.ceil((words.size * BITS_PER_WORD) / 8)));
    for (const word of words) for (const at of filter.places(word)) filter.bits[at >> 3]! |= 1 << (at & 7);
    return filter;
  }

  /** Whether the word is in the set; rarely true for a word that is not. */
  has(word: string): boolean {
    return this.places(word).every((at) => (this.bits[at >> 3]! >> (at & 7)) & 1);
  }

  /** The content of the filter, to be stored. */
  get bytes(): Uint8Array {
    return this.bits;
  }

  /** Derives all hashes from two halves of one digest (Kirsch and Mitzenmacher 2006). */
  private places(word: string): number[] {
    const digest = createHash('sha256').update(word).digest();
    const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(4) | 1];
    const length = this.bits.length * 8;
    return Array.from({ length: HASHES }, (_, i) => (first + i * (second >>> 0)) % length);
  }
}
