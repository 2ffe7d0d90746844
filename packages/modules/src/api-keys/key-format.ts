import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Prefix of every key. It distinguishes keys from access tokens and lets secret scanners find leaked keys. */
export const KEY_PREFIX = 'plc_';

const FORM = /^plc_([0-9a-f]{32})_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/;
/** Compared with when there is no stored hash, so that the check takes equally long. */
const NO_HASH = Buffer.alloc(32);

/** The parts of a key that are not secret. */
export interface KeyName {
  tenantId: string;
  keyId: string;
}

/**
 * Creates a key with 256 random bits. It contains the ids of tenant and key, so that no index over all tenants is
 * needed to find it.
 */
export function newKey(tenantId: string, keyId: string): string {
  const hex = (id: string) => id.replaceAll('-', '');
  return `${KEY_PREFIX}${hex(tenantId)}_${hex(keyId)}_${randomBytes(32).toString('base64url')}`;
}

/** Returns the tenant and key that a text names; undefined when it is not a key. Does not check the secret. */
export function parseKey(text: string): KeyName | undefined {
  const found = FORM.exec(text);
  return found ? { tenantId: uuid(found[1]!), keyId: uuid(found[2]!) } : undefined;
}

/**
 * Returns the SHA-256 of the whole key in hex, which is stored. With 256 bits of entropy, a plain hash cannot be
 * reversed.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Whether two hashes are equal, compared in constant time. False when one is missing. */
export function sameHash(hash: string, stored: string | null | undefined): boolean {
  const isSame = timingSafeEqual(Buffer.from(hash, 'hex'), stored ? Buffer.from(stored, 'hex') : NO_HASH);
  return isSame && Boolean(stored);
}

const uuid = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
