import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countryOf, looksLikePhone, phoneForm } from './phone-form.js';

const german = phoneForm('DE');
const american = phoneForm('US');
const finds = (
  form: typeof german,
  how: 'contains' | 'startswith' | 'endswith',
  asked: string,
  kept: string,
) => {
  const match = form.match(how, asked);
  const stored = form.norm(kept);
  if (match.how === 'contains') return stored.includes(match.needle);
  return match.how === 'startswith' ? stored.startsWith(match.needle) : stored.endsWith(match.needle);
};

test.each([
  [
    '+49 30 901820',
    '030 901820',
    '(030) 90 18 20',
    '0049-30-901820',
    '+49 (0)30 / 901820',
    '+4930901820',
    '＋４９ ３０ ９０１８２０',
    'tel:+49-30-901820',
  ],
])('every notation of a German number is the same', (...notations) => {
  expect(new Set(notations.map(german.norm))).toEqual(new Set(['|+4930901820|030901820|']));
});

test('a national number belongs to the company’s country', () => {
  expect(american.norm('(415) 555-2671')).toBe('|+14155552671|4155552671|');
  expect(american.norm('1-415-555-2671')).toBe(american.norm('+1 415.555.2671'));
  expect(american.norm('011 49 30 901820')).toBe(german.norm('030 901820'));
  expect(german.norm('001 415 555 2671')).toBe(american.norm('415 555 2671'));
  expect(american.norm('00 49 30 901820')).toBe(german.norm('030 901820'));
});

test('extensions distinguish numbers, in any notation', () => {
  const kept = german.norm('030 901820 ext. 12');
  expect(kept).toBe('|+4930901820x12|030901820x12|');
  expect(german.norm('+49 30 901820x12')).toBe(kept);
  expect(german.norm('tel:+49-30-901820;ext=12')).toBe(kept);
  expect(german.norm('030 901820')).not.toBe(kept);
  expect(finds(german, 'contains', '+49 30 901820', '030 901820 ext. 12')).toBe(true);
  expect(finds(german, 'contains', '030 901820 x12', '+49 30 901820 ext 12')).toBe(true);
});

test.each([
  ['contains', '030 9018', true],
  ['contains', '+49 (0)30 90', true],
  ['contains', '0049 30', true],
  ['contains', '90-18', true],
  ['contains', '9018-20', true],
  ['contains', '031', false],
  ['startswith', '030', true],
  ['startswith', '+49 30', true],
  ['startswith', '901', false],
  ['endswith', '1820', true],
  ['endswith', '901', false],
] as const)('%s %s: %s', (how, asked, isFound) => {
  for (const kept of ['+49 30 901820', '030 901820', '0049 (30) 9018-20'])
    expect(finds(german, how, asked, kept)).toBe(isFound);
});

test('a text that is not a number is found by its text and by its digits', () => {
  expect(finds(german, 'contains', 'reception', 'Reception 12-34')).toBe(true);
  expect(finds(german, 'contains', '1234', 'Reception 12-34')).toBe(true);
  expect(german.norm('12-34')).toBe(german.norm('1234'));
  expect(german.norm('1-2')).toBe('|12|');
  expect(german.norm('unknown')).toBe('unknown');
  for (const text of ['00', ' (00', '00/.', '00 -']) {
    expect(finds(german, 'contains', text, text)).toBe(true);
    expect(finds(german, 'contains', '0', text)).toBe(true);
  }
  expect(finds(german, 'startswith', '00', '+49 30 901820')).toBe(true);
  expect(looksLikePhone('Room 12')).toBe(false);
});

test('equal texts are equal numbers, and the whole text is found in itself', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[+0-9 ()/.x-]{1,30}$/)),
      fc.constantFrom('DE', 'US', 'FR', undefined),
      (text, country) => {
        const form = phoneForm(country);
        expect(form.norm(text)).toBe(form.norm(` ${text}\u200b`));
        expect(finds(form, 'contains', text, text)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('the country is the most likely one of a language', () => {
  expect(['de-AT', 'de', 'en', 'zz', 'pt-BR'].map(countryOf)).toEqual(['AT', 'DE', 'US', undefined, 'BR']);
});
