import { expect, test } from 'vitest';
import { newTotpSecret, stepOfCode, TOTP_RULES, totpInvitation } from './totp.js';

/** RFC 6238, appendix B: the last six digits of its SHA-1 codes, by seconds since 1970. */
const VECTORS: [number, string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];
const secret = Buffer.from('12345678901234567890');

test.each(VECTORS)('the code of second %i is that of RFC 6238', (seconds, code) => {
  expect(stepOfCode(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

test('a clock may be off by one step in either direction, and no more', () => {
  const step = 1111111111 - (1111111111 % 30);
  const at = (steps: number) => stepOfCode(secret, '050471', (step + steps * TOTP_RULES.period) * 1000);
  expect([-1, 0, 1].map(at)).toEqual(Array(3).fill(Math.floor(step / 30)));
  expect([-3, -2, 2, 3].map(at)).toEqual([null, null, null, null]);
});

test.each(['', '050470', '05047', '0504711', 'abcdef', '٠٥٠٤٧١'])('"%s" is no code', (code) => {
  expect(stepOfCode(secret, code, 1111111111 * 1000)).toBeNull();
});

test('an app gets issuer, account and secret, and each person gets a different secret', () => {
  const made = newTotpSecret();
  const { uri, secret: typed } = totpInvitation(made, 'ann+crm@example.com');
  const url = new URL(uri);
  expect(url.protocol).toBe('otpauth:');
  expect(decodeURIComponent(url.pathname)).toContain('Pellucid:ann+crm@example.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ issuer: 'Pellucid', secret: typed });
  expect(typed).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret().equals(made)).toBe(false);
});
