import { expect, test } from 'vitest';
import { languageOf } from './accept-language.js';

test.each([
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-GB, de;q=0.5', 'en'],
  ['fr, de;q=0.5, en;q=0.4', 'de'],
  ['de;q=0, en', 'en'],
  ['fr', 'en'],
  ['*', 'en'],
  [';;,=q', 'en'],
  ['', 'en'],
  [undefined, 'en'],
])('%j is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
