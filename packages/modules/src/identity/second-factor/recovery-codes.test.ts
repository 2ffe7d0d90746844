import { expect, test } from 'vitest';
import { newRecoveryCodes, normalizeRecoveryCode, RECOVERY_CODES } from './recovery-codes.js';

test('there are several codes, all different and of 80 bits', () => {
  const codes = Array.from({ length: 20 }, newRecoveryCodes).flat();
  expect(newRecoveryCodes()).toHaveLength(RECOVERY_CODES);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  // Every letter occurs, so the whole alphabet is used.
  expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
});

test('a code is recognised however it is typed', () => {
  for (const typed of ['01AB-CDEF-GHJK-MNPQ', 'olab cdef ghjk mnpq', ' oIabcdefghjkmnpq '])
    expect(normalizeRecoveryCode(typed)).toBe('01ABCDEFGHJKMNPQ');
});

test.each(['', '123456', '01AB-CDEF-GHJK-MNP', '01AB-CDEF-GHJK-MNPQR', 'U1AB-CDEF-GHJK-MNPQ'])(
  '"%s" can be no code',
  (typed) => {
    expect(normalizeRecoveryCode(typed)).toBeNull();
  },
);
