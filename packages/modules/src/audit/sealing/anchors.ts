import type { Seal } from './seal.js';

/** What is anchored of a tenant, by the number of the seal. */
export interface AnchorIndex<Place = unknown> {
  /** Where each anchor is, for {@link Anchors.read}. */
  places: Map<number, Place>;
  /** Numbers that occur twice with different content. */
  contradictions: number[];
}

/**
 * Copies of seals outside of the database. Somebody who can rewrite the database cannot rewrite these.
 *
 * @typeParam Place where an anchor is
 */
export interface Anchors<Place = unknown> {
  /** Returns the tenants that have anchors, sorted by id. */
  tenants(): Promise<string[]>;
  /** Adds the seal; it is stored for good when the promise resolves. */
  append(seal: Seal): Promise<void>;
  /** Returns the highest number of a tenant's anchors; 0 if there is none. */
  lastNumber(tenantId: string): Promise<number>;
  /** Indexes a tenant's anchors without keeping their content. */
  index(tenantId: string): Promise<AnchorIndex<Place>>;
  /** Returns the seal at the place; undefined if it is unreadable. */
  read(tenantId: string, place: Place): Promise<Seal | undefined>;
}

/** DI token of the {@link Anchors}. */
export const ANCHORS = Symbol('Anchors');

/** Returns a seal as a line of JSON. */
export function lineOf(seal: Seal): string {
  const { entries, root, prev, mac, ...rest } = seal;
  return JSON.stringify({
    ...rest,
    root: root.toString('hex'),
    prev: prev.toString('hex'),
    mac: mac.toString('hex'),
    entries: entries.toString('base64'),
  });
}

/** Reads a line of JSON. @returns undefined if it is none of a seal */
export function sealOf(line: string): Seal | undefined {
  try {
    const { tenantId, number, fromPosition, toPosition, format, keyId, sealedAt, ...bytes } =
      JSON.parse(line);
    if (!Number.isSafeInteger(number)) return undefined;
    return {
      tenantId,
      number,
      fromPosition,
      toPosition,
      format,
      keyId,
      sealedAt,
      entries: Buffer.from(bytes.entries, 'base64'),
      root: Buffer.from(bytes.root, 'hex'),
      prev: Buffer.from(bytes.prev, 'hex'),
      mac: Buffer.from(bytes.mac, 'hex'),
    };
  } catch {
    return undefined;
  }
}
