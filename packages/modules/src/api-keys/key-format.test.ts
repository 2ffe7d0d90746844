import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashKey, newKey, parseKey, sameHash } from './key-format.js';

const tenantId = randomUUID();
const keyId = randomUUID();

test('a key names its tenant and itself, and no two are alike', () => {
  const keys = Array.from({ length: 50 }, () => newKey(tenantId, keyId));
  expect(new Set(keys).size).toBe(50);
  for (const key of keys) expect(parseKey(key)).toEqual({ tenantId, keyId });
});

test('a text that is cut, lengthened, malformed or not a key at all is refused', () => {
  const key = newKey(tenantId, keyId);
  for (const text of [
    '',
    'plc_',
    key.slice(0, -1),
    `${key}A`,
    ` ${key}`,
    `${key}\n`,
    key.toUpperCase(),
    key.replace('plc_', 'plx_'),
    key.replace(/.$/, '='),
    `plc_${tenantId}_${keyId}_${key.slice(-43)}`,
  ])
    expect(parseKey(text), text).toBeUndefined();
});

test('only the same key has the same hash, and a missing hash matches no key', () => {
  const key = newKey(tenantId, keyId);
  expect(sameHash(hashKey(key), hashKey(key))).toBe(true);
  expect(sameHash(hashKey(key), hashKey(newKey(tenantId, keyId)))).toBe(false);
  expect(sameHash(hashKey(key), null)).toBe(false);
  expect(sameHash('0'.repeat(64), undefined)).toBe(false);
});
