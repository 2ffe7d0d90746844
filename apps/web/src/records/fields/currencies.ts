import { CURRENCIES } from '@pellucid/conditions/locale-text';

/** Those most traded come first. */
const COMMON = ['USD', 'EUR', 'GBP', 'CHF', 'JPY', 'CNY', 'AUD', 'CAD', 'SEK', 'INR', 'BRL'];

/** ISO 4217 codes the API takes, those most traded first. */
export function currencyCodes(): string[] {
  return [...COMMON, ...CURRENCIES.filter((code) => !COMMON.includes(code))];
}

/** The same with their names in the reader's language: "EUR – Euro". */
export function currencyOptions(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'currency', fallback: 'code' });
  return currencyCodes().map((code) => {
    const name = names.of(code) ?? code;
    return { value: code, label: name === code ? code : `${code} – ${name}` };
  });
}
