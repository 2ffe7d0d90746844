import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { FactorSecrets } from './factor-secrets.js';

const secretsOf = (key = randomBytes(32).toString('base64')) =>
  new FactorSecrets({ PELLUCID_MASTER_KEY: key }, { stable: (purpose) => Buffer.from(`${key} ${purpose}`) });
const [ann, bob] = ['11111111-1111-7111-8111-111111111111', '22222222-2222-7222-8222-222222222222'];

test('a sealed secret opens only for its person, and not after it was altered', () => {
  const secrets = secretsOf();
  const plain = randomBytes(20);
  const sealed = secrets.seal(plain, ann);
  expect(secrets.open(sealed, ann).equals(plain)).toBe(true);
  expect(sealed.sealed.includes(plain)).toBe(false);
  expect(() => secrets.open(sealed, bob)).toThrow();
  expect(() => secretsOf().open(sealed, ann)).toThrow();
  const altered = Buffer.from(sealed.sealed);
  altered[altered.length - 1]! ^= 1;
  expect(() => secrets.open({ ...sealed, sealed: altered }, ann)).toThrow();
  expect(() => secrets.open({ ...sealed, keyId: 'm0' }, ann)).toThrow('master key "m0"');
});

test('the same secret is sealed differently each time', () => {
  const secrets = secretsOf();
  const plain = randomBytes(20);
  expect(secrets.seal(plain, ann).sealed.equals(secrets.seal(plain, ann).sealed)).toBe(false);
});

test('the hash of a recovery code is keyed and bound to one person', () => {
  const key = randomBytes(32).toString('base64');
  const hash = secretsOf(key).hashRecoveryCode('01ABCDEFGHJKMNPQ', ann);
  expect(secretsOf(key).hashRecoveryCode('01ABCDEFGHJKMNPQ', ann)).toBe(hash);
  expect(secretsOf(key).hashRecoveryCode('01ABCDEFGHJKMNPQ', bob)).not.toBe(hash);
  expect(secretsOf().hashRecoveryCode('01ABCDEFGHJKMNPQ', ann)).not.toBe(hash);
});
