import { hkdfSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../config/index.js';
import { seal } from './aead.js';
import { MasterKeys, masterKeyId, UNNAMED_KEY_ID } from './index.js';

const key = () => randomBytes(32).toString('base64');
const [a, b, c] = [key(), key(), key()];
const thrown = (fn: () => unknown): { code?: string; message: string } => {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

test('the current key wraps and earlier ones still open, in any order', () => {
  const plain = randomBytes(32);
  const old = new MasterKeys([a]).wrap('record-secret', plain, 'place');
  expect(old.keyId).toBe(masterKeyId(a));
  const ring = new MasterKeys([b, c, a]);
  expect(ring.unwrap('record-secret', old, 'place').equals(plain)).toBe(true);
  expect(ring.openerOf('record-secret', old, 'place')).toBe(masterKeyId(a));
  expect(ring.wrap('record-secret', plain, 'place').keyId).toBe(masterKeyId(b));
});

test('ids are derived from the keys, reveal nothing about them, and are the same for the same bytes', () => {
  expect(masterKeyId(a)).toMatch(/^m-[0-9a-f]{12}$/);
  expect(masterKeyId(Buffer.from(a, 'base64').toString('base64url'))).toBe(masterKeyId(a));
  expect(new Set([a, b, c].map(masterKeyId)).size).toBe(3);
  expect(masterKeyId(a)).not.toContain(Buffer.from(a, 'base64').toString('hex').slice(0, 12));
});

test('what was wrapped before keys had ids opens with any key that fits', () => {
  const plain = randomBytes(32);
  const kek = Buffer.from(hkdfSync('sha256', Buffer.from(a, 'base64'), '', 'pellucid:record-secret', 32));
  const old = { keyId: UNNAMED_KEY_ID, wrapped: seal(kek, plain, 'place') };
  for (const ring of [[a], [b, a], [b, c, a]])
    expect(new MasterKeys(ring).unwrap('record-secret', old, 'place').equals(plain)).toBe(true);
  expect(thrown(() => new MasterKeys([b]).unwrap('record-secret', old, 'place')).code).toBe(
    'masterKeyMissing',
  );
});

test('a missing key is named; bytes that were altered, moved or meant for another purpose do not open', () => {
  const ring = new MasterKeys([a]);
  const secret = ring.wrap('record-secret', randomBytes(32), 'place');
  const missing = thrown(() => new MasterKeys([b]).unwrap('record-secret', secret, 'place'));
  expect(missing.code).toBe('masterKeyMissing');
  expect(missing.message).toContain(masterKeyId(a));
  const altered = Buffer.from(secret.wrapped);
  altered[altered.length - 1]! ^= 1;
  for (const fn of [
    () => ring.unwrap('record-secret', { ...secret, wrapped: altered }, 'place'),
    () => ring.unwrap('record-secret', { ...secret, wrapped: Buffer.alloc(3) }, 'place'),
    () => ring.unwrap('record-secret', secret, 'elsewhere'),
    () => ring.unwrap('second-factor-secret', secret, 'place'),
  ])
    expect(thrown(fn).code).toBe('wrappedKeyBroken');
});

const configured = (more: Record<string, string>) =>
  loadConfig({
    DATABASE_URL_APP: 'postgresql://x',
    DATABASE_URL_PLATFORM: 'postgresql://x',
    JWT_SECRET: randomBytes(48).toString('base64'),
    PELLUCID_MASTER_KEY: a,
    PELLUCID_CURSOR_KEY: b,
    ...more,
  });

test('earlier keys are read in their order; a weak one is allowed so that it can be replaced', () => {
  expect(configured({}).PELLUCID_MASTER_KEYS_PREVIOUS).toEqual([]);
  const weak = Buffer.alloc(32, 7).toString('base64');
  expect(
    configured({ PELLUCID_MASTER_KEYS_PREVIOUS: `${c}, ${weak}` }).PELLUCID_MASTER_KEYS_PREVIOUS,
  ).toEqual([c, weak]);
});

test.each([
  ['a weak present key', { PELLUCID_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }, 'is weak'],
  [
    'a short earlier key',
    { PELLUCID_MASTER_KEYS_PREVIOUS: `${c},AAAA` },
    'PELLUCID_MASTER_KEYS_PREVIOUS must be 32',
  ],
  ['the present key as an earlier one', { PELLUCID_MASTER_KEYS_PREVIOUS: a }, 'contains a key twice'],
  ['an earlier key twice', { PELLUCID_MASTER_KEYS_PREVIOUS: `${c},${c}` }, 'contains a key twice'],
])('%s is refused, and the message holds no key', (_name, given, message) => {
  const error = thrown(() => configured(given));
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).toContain(message);
  for (const secret of [a, c]) expect(error.message).not.toContain(secret.slice(0, 12));
});
