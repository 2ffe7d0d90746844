/** ISO 4217 codes the browser knows, those most traded first. */
const COMMON = ['USD', 'EUR', 'GBP', 'CHF', 'JPY', 'CNY', 'AUD', 'CAD', 'SEK', 'INR', 'BRL'];

export function currencyCodes(): string[] {
  const known = Intl.supportedValuesOf('currency');
  return [...COMMON, ...known.filter((code) => !COMMON.includes(code))];
}
