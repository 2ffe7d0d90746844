import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIELD_TYPE_NAMES } from '@pellucid/conditions';
import { SERVER_FIELD_TYPES } from '../records/index.js';
import { Masker, REDACTED } from './index.js';

const masker = new Masker({
  stable: (purpose, salt) => Buffer.from(hkdfSync('sha256', 'root', salt ?? '', purpose, 32)),
});
const email = { key: 'email', traits: SERVER_FIELD_TYPES.email };
/** The types whose values can be masked in part. */
const TEXTS = FIELD_TYPE_NAMES.map((type) => SERVER_FIELD_TYPES[type]).filter(
  ({ masking }) => masking.partial,
);

test.each([
  ['email', 'ann.baker@example.com', 'a•••@e•••.com'],
  ['email', 'nobody', REDACTED],
  ['phone', '+49 40 555 0237', '+•• •• ••• ••37'],
  ['phone', '110', '•••'],
  ['text', 'Ann Baker', 'A••• B•••'],
  ['text', 'Al', '•'],
  ['text', '4111 1111 1111 1111', '•••• •••• •••• 1111'],
  ['url', 'https://example.com/private/page?token=1', 'https://example.com/•••'],
  ['url', 'https://ann:secret@example.com/private', 'https://example.com/•••'],
  ['url', 'ftp://ann@evil@example.com:21/private', 'ftp://example.com:21/•••'],
  ['url', 'https://ann:secret@example.com', REDACTED],
  ['url', 'example', REDACTED],
] as const)('partial %s: %s becomes %s', (type, value, masked) => {
  expect(SERVER_FIELD_TYPES[type].masking.partial!(value)).toBe(masked);
});

test('a long text is hidden completely', () => {
  expect(SERVER_FIELD_TYPES.longText.masking.partial!('word '.repeat(20))).toBe(REDACTED);
});

test('no strategy returns or contains a text of four or more characters', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TEXTS),
      fc.constantFrom('partial', 'redact', 'hash', 'tokenize', 'encrypt' as const),
      fc.string({ minLength: 4 }).filter((s) => /^[\p{L}\p{N}]{4,}$/u.test(s)),
      (traits, strategy, value) => {
        const masked = masker.mask('t', 'contact', { key: 'f', traits }, strategy, value);
        expect(String(masked)).not.toContain(value);
      },
    ),
  );
});

test('hashes and tokens are stable within a company and field, and differ between them', () => {
  const at = (tenant: string, field: string, strategy: 'hash' | 'tokenize') =>
    masker.mask(tenant, 'contact', { ...email, key: field }, strategy, 'ann@example.com');
  for (const strategy of ['hash', 'tokenize'] as const) {
    expect(at('a', 'email', strategy)).toBe(at('a', 'email', strategy));
    expect(at('a', 'email', strategy)).not.toBe(at('b', 'email', strategy));
    expect(at('a', 'email', strategy)).not.toBe(at('a', 'other', strategy));
  }
  expect(at('a', 'email', 'hash')).not.toBe(at('a', 'email', 'tokenize'));
});

test('a value that is not a text is withheld; null stays null', () => {
  expect(
    masker.mask('t', 'o', { key: 'amount', traits: SERVER_FIELD_TYPES.money }, 'redact', '12.50'),
  ).toBeNull();
  expect(
    masker.mask('t', 'o', { key: 'tags', traits: SERVER_FIELD_TYPES.multiSelect }, 'redact', ['a']),
  ).toEqual([]);
  expect(masker.mask('t', 'o', email, 'partial', null)).toBeNull();
  expect(masker.mask('t', 'o', email, 'partial', '')).toBe('');
});
