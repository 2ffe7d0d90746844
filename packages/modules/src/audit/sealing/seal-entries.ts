import { HASH_BYTES } from './merkle.js';

/** One sealed event: its position, id and hash. */
export interface SealEntry {
  position: number;
  eventId: string;
  leaf: Buffer;
}

const POSITION_BYTES = 8;
const ID_BYTES = 16;
const ENTRY_BYTES = POSITION_BYTES + ID_BYTES + HASH_BYTES;

/** Packs entries into bytes: position (big-endian), id and hash of each entry in sequence. */
export function packEntries(entries: SealEntry[]): Buffer {
  const packed = Buffer.alloc(entries.length * ENTRY_BYTES);
  for (const [i, { position, eventId, leaf }] of entries.entries()) {
    const at = i * ENTRY_BYTES;
    packed.writeBigUInt64BE(BigInt(position), at);
    packed.write(eventId.replaceAll('-', ''), at + POSITION_BYTES, 'hex');
    leaf.copy(packed, at + POSITION_BYTES + ID_BYTES);
  }
  return packed;
}

/** Reverses {@link packEntries}. @throws RangeError for invalid bytes */
export function unpackEntries(packed: Buffer): SealEntry[] {
  if (packed.length % ENTRY_BYTES !== 0) throw new RangeError('these are no entries of a seal');
  return Array.from({ length: packed.length / ENTRY_BYTES }, (_, i) => {
    const at = i * ENTRY_BYTES;
    const hex = packed.toString('hex', at + POSITION_BYTES, at + POSITION_BYTES + ID_BYTES);
    return {
      position: Number(packed.readBigUInt64BE(at)),
      eventId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      leaf: packed.subarray(at + POSITION_BYTES + ID_BYTES, at + ENTRY_BYTES),
    };
  });
}
