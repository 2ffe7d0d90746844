import { beforeAll, expect, test } from 'vitest';
import { i18n } from '@/lib/i18n/i18n';
import { failureText } from './failure-text';
import de from './locales/de.json';
import en from './locales/en.json';

const reason = (code: string) => [{ pointer: '', code, message: 'What the API says.' }];

beforeAll(async () => {
  await i18n.init({ lng: 'en', resources: { en: { records: en }, de: { records: de } } });
});

test('why a record could not be changed along is told in the language of the user', async () => {
  expect(Object.keys(de.bulk.reasons)).toEqual(Object.keys(en.bulk.reasons));
  for (const [language, texts] of [
    ['de', de],
    ['en', en],
  ] as const) {
    await i18n.changeLanguage(language);
    for (const [code, text] of Object.entries(texts.bulk.reasons))
      expect(failureText(reason(code))).toBe(text);
  }
});

test('a reason that the catalogue lacks is told as the API tells it', () => {
  expect(failureText(reason('unheardOf'))).toBe('What the API says.');
  expect(failureText([])).toBe('');
});
