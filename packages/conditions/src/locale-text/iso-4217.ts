/**
 * Decimals of each active ISO 4217 currency (list one, 2026). HUF and similar currencies have two, although people
 * round.
 */
const DIGITS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: 'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const BY_CODE = new Map(
  Object.entries(DIGITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
);

/** All currency codes, sorted. */
export const CURRENCIES: string[] = [...BY_CODE.keys()].sort();

/** Whether the text is an active ISO 4217 code. */
export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && BY_CODE.has(code);
}

/** Returns the decimals of a currency's minor unit; 2 for an unknown code. */
export function currencyDigits(code: string | null | undefined): number {
  return BY_CODE.get(code ?? '') ?? 2;
}

/** Formats a decimal text with at least the currency's decimals: ("1054", USD) → "1054.00". */
export function formatAmount(decimal: string, currency: string | null | undefined): string {
  const digits = currencyDigits(currency);
  const dot = decimal.indexOf('.');
  const has = dot < 0 ? 0 : decimal.length - dot - 1;
  if (has >= digits) return decimal;
  return (dot < 0 ? decimal + '.' : decimal) + '0'.repeat(digits - has);
}
