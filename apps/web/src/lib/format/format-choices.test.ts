import { expect, it } from 'vitest';
import { LOCALES, proposedFormats } from './format-choices';

it.each([
  ['en-US', 'America/New_York', 'en-US', 'USD', 'America/New_York'],
  ['de', 'Europe/Berlin', 'de-DE', 'EUR', 'Europe/Berlin'],
  ['de-CH', 'Europe/Zurich', 'de-CH', 'CHF', 'Europe/Zurich'],
  ['en-GB', 'Nowhere/Atall', 'en-GB', 'GBP', 'UTC'],
  ['zh-Hant-TW', 'Asia/Taipei', 'zh-TW', 'TWD', 'Asia/Taipei'],
  ['not a tag', 'UTC', 'en-US', 'USD', 'UTC'],
])('a browser in %s and %s is proposed %s and %s', (language, zone, locale, baseCurrency, shownZone) => {
  const found = proposedFormats(language, zone === 'UTC' ? 'UTC' : zone);
  expect(found).toEqual({ locale, baseCurrency, zone: shownZone });
});

it('has a currency for each offered locale', () => {
  for (const locale of LOCALES)
    if (!locale.endsWith('-US')) expect(proposedFormats(locale, 'UTC').baseCurrency, locale).not.toBe('USD');
});
