import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { eventLeaf, LEAF_FORMAT, type SealableEvent } from './event-leaf.js';
import { HASH_BYTES, merkleRoot } from './merkle.js';
import { packEntries, unpackEntries } from './seal-entries.js';

/** A seal over a stretch of a tenant's feed. */
export interface Seal {
  tenantId: string;
  /** 1, 2, 3, … per tenant. */
  number: number;
  fromPosition: number;
  toPosition: number;
  format: number;
  /** Packed {@link SealEntry}s. */
  entries: Buffer;
  root: Buffer;
  /** Root of the previous seal; zeros for the first one. */
  prev: Buffer;
  mac: Buffer;
  keyId: string;
  /** ISO 8601. */
  sealedAt: string;
}

/** Stands in for the root before the first seal. */
const GENESIS = Buffer.alloc(HASH_BYTES);

/**
 * Creates and checks the MACs of seals. The key is derived from the master key (RFC 5869), which is not stored in the
 * database.
 */
export class SealKeys {
  /** Id of the key for new seals. */
  readonly currentId: string;
  private readonly keys = new Map<string, Buffer>();

  /**
   * @param masterKeysBase64 the current one first; older ones check the seals made with them
   * @param kept keys of seals whose master key may be gone, see {@link KeptSealKeys}
   */
  constructor(masterKeysBase64: string[], kept: Buffer[] = []) {
    const derived = masterKeysBase64.map((master) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(master, 'base64'), '', 'pellucid:audit-seal', HASH_BYTES)),
    );
    // Each key's id is a hash of it, so the order of the key ring may change. The hash reveals nothing about the key.
    for (const key of [...derived, ...kept])
      this.keys.set(createHash('sha256').update(key).digest('hex').slice(0, 16), key);
    this.currentId = [...this.keys.keys()][0]!;
  }

  /** Returns all keys by id, the one for new seals first. */
  all(): [id: string, key: Buffer][] {
    return [...this.keys];
  }

  /** Whether seals with this key can be checked. */
  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** Returns the MAC of a seal. @throws Error when the key is missing */
  mac(seal: Omit<Seal, 'mac'>): Buffer {
    const key = this.keys.get(seal.keyId);
    if (!key) throw new Error(`the key "${seal.keyId}" of an audit seal is not configured`);
    return createHmac('sha256', key).update(statementOf(seal)).digest();
  }

  /** Whether the seal is unaltered: its statement, its entries and its root. False for an unknown key. */
  isGenuine(seal: Seal): boolean {
    if (!this.has(seal.keyId) || seal.mac.length !== HASH_BYTES) return false;
    if (!timingSafeEqual(this.mac(seal), seal.mac)) return false;
    return rootOf(seal.entries).equals(seal.root);
  }
}

/** Returns the text that is signed: everything in a seal, with the entries replaced by their hash. */
function statementOf(seal: Omit<Seal, 'mac'>): string {
  return JSON.stringify([
    'pellucid audit seal',
    seal.tenantId,
    seal.number,
    seal.fromPosition,
    seal.toPosition,
    seal.format,
    createHash('sha256').update(seal.entries).digest('hex'),
    seal.root.toString('hex'),
    seal.prev.toString('hex'),
    seal.keyId,
    seal.sealedAt,
  ]);
}

/** Returns the root over the leaf hashes of packed entries. */
function rootOf(entries: Buffer): Buffer {
  return merkleRoot(unpackEntries(entries).map(({ leaf }) => leaf));
}

/**
 * Seals events that follow those already sealed.
 * @param last the previous seal, if any
 * @param events in order of the feed, at least one
 */
export function makeSeal(
  keys: SealKeys,
  tenantId: string,
  last: Pick<Seal, 'number' | 'toPosition' | 'root'> | undefined,
  events: SealableEvent[],
  now: Date,
): Seal {
  const entries = packEntries(
    events.map((event) => ({
      position: event.position,
      eventId: event.eventId,
      leaf: eventLeaf(LEAF_FORMAT, event),
    })),
  );
  const seal = {
    tenantId,
    number: (last?.number ?? 0) + 1,
    // Positions may be missing in the feed. The seal covers them too, so that no event can be inserted there later.
    fromPosition: (last?.toPosition ?? 0) + 1,
    toPosition: events.at(-1)!.position,
    format: LEAF_FORMAT,
    entries,
    root: rootOf(entries),
    prev: last?.root ?? GENESIS,
    keyId: keys.currentId,
    sealedAt: now.toISOString(),
  };
  return { ...seal, mac: keys.mac(seal) };
}

/** Whether the seal continues where the previous one ended. */
export function follows(seal: Seal, last: Seal | undefined): boolean {
  return (
    seal.number === (last?.number ?? 0) + 1 &&
    seal.fromPosition === (last?.toPosition ?? 0) + 1 &&
    seal.prev.equals(last?.root ?? GENESIS)
  );
}
