import { CURRENCIES } from '@pellucid/conditions/locale-text';

/** The most traded currencies come first. */
const COMMON = ['USD', 'EUR', 'GBP', 'CHF', 'JPY', 'CNY', 'AUD', 'CAD', 'SEK', 'INR', 'BRL'];

/** ISO 4217 codes that the API accepts, the most traded first. */
export function currencyCodes(): string[] {
  return [...COMMON, ...CURRENCIES.filter((code) => !COMMON.includes(code))];
}

/** The same codes with their names in the user's language: "EUR – Euro". */
export function currencyOptions(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'currency', fallback: 'code' });
  return currencyCodes().map((code) => {
    const name = names.of(code) ?? code;
    return { value: code, label: name === code ? code : `${code} – ${name}` };
  });
}
