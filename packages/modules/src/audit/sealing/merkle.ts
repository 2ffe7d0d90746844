import { createHash } from 'node:crypto';

/** Length of a hash in bytes. */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

const sha256 = (...parts: Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Returns the hash of a leaf (RFC 6962 §2.1); the first byte distinguishes leaves from inner nodes. */
export const leafHash = (content: Buffer): Buffer => sha256(LEAF, content);

/**
 * Returns the root of the Merkle tree over leaf hashes (RFC 6962 §2.1): each subtree is split at the largest power of
 * two below its size.
 * @throws RangeError for an empty list
 */
export function merkleRoot(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) throw new RangeError('a tree has at least one leaf');
  const root = (from: number, to: number): Buffer => {
    if (to - from === 1) return leaves[from]!;
    let half = 1;
    while (half * 2 < to - from) half *= 2;
    return sha256(NODE, root(from, from + half), root(from + half, to));
  };
  return root(0, leaves.length);
}
