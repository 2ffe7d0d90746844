import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BloomFilter } from './bloom-filter.js';
import { commonPasswords, filterWords } from './common-passwords.js';
import { passwordProblems } from './password.rules.js';

const owner = {
  email: 'ann.miller@example.com',
  name: 'Ann Katharina Miller',
  companyNames: ['Harbour Kettles', 'Øresund Boats A/S'],
};
const codeOf = async (password: string) =>
  passwordProblems(password, owner, await commonPasswords())[0]?.code;

test('length is counted in characters, not in bytes or code units', async () => {
  expect(await codeOf('😀🐙🌊'.repeat(3))).toBe('passwordTooShort');
  expect(await codeOf('😀🐙🌊🚲'.repeat(3))).toBeUndefined();
  expect(await codeOf(`ab${'😀'.repeat(198)}`)).toBeUndefined();
  expect(await codeOf(`ab${'😀'.repeat(199)}`)).toBe('passwordTooLong');
  expect(await codeOf('tram lamp')).toBe('passwordTooShort');
  expect(await codeOf('tram lamps')).toBeUndefined();
});

test('no kind of character is required, and any is allowed', async () => {
  for (const password of [
    'correct horse battery',
    'мой дом у реки',
    'nightlamponshelf',
    '    four blanks before',
    'a\tb\nc and so on',
    '川の近くに住んでいます',
    '7 4 9 1 0 3 8 2 6 5',
  ])
    expect(await codeOf(password), password).toBeUndefined();
});

test('known passwords are refused in any case, and also padded, doubled, disguised or with a few characters around them', async () => {
  for (const password of [
    '1234567890',
    'QWERTYUIOP',
    ' qwertyuiop ',
    'password123',
    'passwordpassword',
    'Football1234',
    'P@ssw0rd2024!',
    'dragondragondragon',
    '!!!Sunshine!!!',
    'pass word 123',
    'iloveyou2025',
    'ｐａｓｓｗｏｒｄ１２３',
    'letmein-123',
  ])
    expect(await codeOf(password), password).toBe('passwordTooCommon');
});

test('sequences of the keyboard or the alphabet are refused in both directions', async () => {
  for (const password of [
    '234567890123',
    'lkjhgfdsalkj',
    'abcdefghijklm',
    'aaaaaaaaaaaaa',
    'ababababababab',
    'poiuytrewq',
  ])
    expect(await codeOf(password), password).toBe('passwordTooCommon');
});

test('a common word in a long sentence is accepted', async () => {
  for (const password of ['my dragon eats passwords at night', 'sunshine over the old harbour'])
    expect(await codeOf(password), password).toBeUndefined();
});

test('one’s own address, name and company are refused, even with a few characters around them', async () => {
  for (const password of [
    'Ann.Miller@example.com',
    'ANN.MILLER',
    'ｈarbour kettles',
    'HarbourKettles2026',
    'annkatharina84',
    'miller-harbour',
    '!Øresund Boats!',
  ])
    expect(await codeOf(password), password).toBe('passwordIsOwnName');
});

test('a name in a longer password is accepted', async () => {
  for (const password of ['a windmiller in the rain', 'harbour lights at dusk', 'annual reports bore me'])
    expect(await codeOf(password), password).toBeUndefined();
});

test('every password of the list is refused, and hardly any other word', async () => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const words = filterWords(dictionary['passwords-common'] as string[]);
  expect(words.size).toBeGreaterThan(45_000);
  const shipped = await readFile(new URL('./common-passwords.filter.bin', import.meta.url));
  const filter = new BloomFilter(shipped);
  expect([...words].filter((word) => !filter.has(word))).toEqual([]);
  const strangers = Array.from({ length: 20_000 }, (_, i) => `stranger ${i} ${i * 7919}`);
  expect(strangers.filter((word) => filter.has(word)).length).toBeLessThanOrEqual(2);
  // Checks that the file equals what scripts/common-passwords.mjs writes today.
  expect(shipped.equals(BloomFilter.of(words).bytes)).toBe(true);
});
