import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FieldKeyRing, keyIdOf, parseFieldKeys, type SealedPlace } from './index.js';

const k1 = `k1:${randomBytes(32).toString('base64')}`;
const k2 = `k2:${randomBytes(32).toString('base64')}`;
const ring = new FieldKeyRing(k1);
const place: SealedPlace = {
  tenantId: randomUUID(),
  table: 'contact',
  rowId: randomUUID(),
  field: 'email',
};
const thrown = (fn: () => unknown): { code?: string; message: string } => {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

test('any text is recovered unchanged, and its envelope reveals only the key and the length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const sealed = ring.seal(place, text);
      expect(ring.open(place, sealed)).toBe(text.toWellFormed());
      expect(sealed).toMatch(/^enc\.v1\.k1\.[A-Za-z0-9_-]+$/);
      if (text.length > 5) expect(sealed).not.toContain(text);
    }),
  );
  expect(keyIdOf(ring.seal(place, 'x'))).toBe('k1');
  expect(keyIdOf('plain')).toBeUndefined();
});

test('the same text is sealed differently each time', () => {
  const sealed = new Set(Array.from({ length: 50 }, () => ring.seal(place, 'same')));
  expect(sealed.size).toBe(50);
});

test.each([
  ['another row', { rowId: randomUUID() }],
  ['another field', { field: 'phone' }],
  ['another table', { table: 'lead' }],
  ['another company', { tenantId: randomUUID() }],
])('a value moved to %s does not open', (_name, moved) => {
  const sealed = ring.seal(place, 'ann@example.com');
  const error = thrown(() => ring.open({ ...place, ...moved }, sealed));
  expect(error.code).toBe('sealedValueBroken');
  expect(error.message).not.toContain('ann@example.com');
});

test('a value altered in any byte does not open', () => {
  const sealed = ring.seal(place, 'ann@example.com');
  const body = Buffer.from(sealed.split('.')[3]!, 'base64url');
  for (let i = 0; i < body.length; i++) {
    const altered = Buffer.from(body);
    altered[i]! ^= 1;
    expect(
      thrown(() => ring.open(place, `enc.v1.k1.${altered.toString('base64url')}`)).code,
      `byte ${i}`,
    ).toBe('sealedValueBroken');
  }
  expect(thrown(() => ring.open(place, 'enc.v1.k1.AAAA')).code).toBe('sealedValueBroken');
});

test('a missing key is named, the value is not', () => {
  const sealed = ring.seal(place, 'ann@example.com');
  const error = thrown(() => new FieldKeyRing(k2).open(place, sealed));
  expect(error.code).toBe('fieldKeyMissing');
  expect(error.message).toContain('"k1"');
  expect(error.message).not.toContain('ann@example.com');
  expect(thrown(() => new FieldKeyRing('').seal(place, 'x')).code).toBe('fieldKeyMissing');
});

test('a different key with the same id does not open it', () => {
  const other = new FieldKeyRing(`k1:${randomBytes(32).toString('base64')}`);
  expect(thrown(() => other.open(place, ring.seal(place, 'x'))).code).toBe('sealedValueBroken');
});

test('after a rotation new values use the new key and old ones still open', () => {
  const old = ring.seal(place, 'before');
  const rotated = new FieldKeyRing(`${k2},${k1}`);
  expect(rotated.open(place, old)).toBe('before');
  expect(keyIdOf(rotated.seal(place, 'after'))).toBe('k2');
  expect(rotated.keyIds).toEqual(['k2', 'k1']);
});

test('the blind index is stable for a text and field, and unrelated in any other field', () => {
  const index = (tenantId: string, object: string, field: string, norm: string, of = ring) =>
    of.blindIndex(tenantId, object, field, norm);
  const own = index(place.tenantId, 'contact', 'email', 'ann@example.com');
  expect(index(place.tenantId, 'contact', 'email', 'ann@example.com', new FieldKeyRing(k1))).toBe(own);
  expect(own).toMatch(/^bi_k1_[A-Za-z0-9_-]{43}$/);
  const others = [
    index(place.tenantId, 'contact', 'email', 'ann@example.org'),
    index(place.tenantId, 'contact', 'phone', 'ann@example.com'),
    index(place.tenantId, 'lead', 'email', 'ann@example.com'),
    index(randomUUID(), 'contact', 'email', 'ann@example.com'),
    index(place.tenantId, 'contact', 'email', 'ann@example.com', new FieldKeyRing(k2)),
  ];
  expect(new Set([own, ...others]).size).toBe(6);
  const both = new FieldKeyRing(`${k2},${k1}`);
  expect(both.blindIndexes(place.tenantId, 'contact', 'email', 'ann@example.com')).toEqual([
    both.blindIndex(place.tenantId, 'contact', 'email', 'ann@example.com'),
    own,
  ]);
});

test.each([
  ['k1', 'each key must have the form'],
  ['K1:AAAA', 'each key must have the form'],
  ['k.1:AAAA', 'each key must have the form'],
  ['k1:AAAA', 'must be 32 random bytes'],
  [`${k1},${k1}`, 'is listed twice'],
])('keys written as %s are refused', (text, message) => {
  expect(() => parseFieldKeys(text)).toThrow(message);
});

test('no message about wrong keys contains a key', () => {
  const bytes = randomBytes(31).toString('base64');
  expect(thrown(() => parseFieldKeys(`k1:${bytes}`)).message).not.toContain(bytes.slice(0, 12));
});
