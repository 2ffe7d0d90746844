import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key begins with: it tells a key from an access token, and lets secret scanners find one that leaked. */
export const KEY_PREFIX = 'plc_';

const FORM = /^plc_([0-9a-f]{32})_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/;
/** Compared with where there is no stored hash, so that the answer takes as long. */
const NO_HASH = Buffer.alloc(32);

/** What a key says in clear. */
export interface KeyName {
  tenantId: string;
  keyId: string;
}

/** A key with 256 random bits. Tenant and key stand in it, so that no index over all tenants is needed to find it. */
export function newKey(tenantId: string, keyId: string): string {
  const hex = (id: string) => id.replaceAll('-', '');
  return `${KEY_PREFIX}${hex(tenantId)}_${hex(keyId)}_${randomBytes(32).toString('base64url')}`;
}

/** Tenant and key that a text names; undefined when it is no key. Says nothing about the secret. */
export function parseKey(text: string): KeyName | undefined {
  const found = FORM.exec(text);
  return found ? { tenantId: uuid(found[1]!), keyId: uuid(found[2]!) } : undefined;
}

/** SHA-256 of the whole key, hex: what is stored. With 256 bits of entropy a plain hash cannot be guessed back. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Whether two hashes are the same, in constant time. A missing one is never. */
export function sameHash(hash: string, stored: string | null | undefined): boolean {
  const isSame = timingSafeEqual(Buffer.from(hash, 'hex'), stored ? Buffer.from(stored, 'hex') : NO_HASH);
  return isSame && Boolean(stored);
}

const uuid = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
