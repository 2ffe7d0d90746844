import { CURRENCIES } from './iso-4217.js';

/**
 * Currencies that each sign can mean, the most traded first (CLDR's symbols and narrow symbols). A sign that several
 * countries use lists all of them: `$` alone does not say which dollar.
 */
const SIGNS: readonly (readonly [sign: string, codes: string])[] = [
  [
    '$',
    'USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP BBD BMD BND BSD BZD DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD',
  ],
  ['US$', 'USD'],
  ['A$', 'AUD'],
  ['AU$', 'AUD'],
  ['C$', 'CAD NIO'],
  ['CA$', 'CAD'],
  ['NZ$', 'NZD'],
  ['S$', 'SGD'],
  ['HK$', 'HKD'],
  ['NT$', 'TWD'],
  ['MX$', 'MXN'],
  ['R$', 'BRL'],
  ['€', 'EUR'],
  ['£', 'GBP EGP FKP GIP LBP SHP SSP SYP'],
  ['E£', 'EGP'],
  ['¥', 'JPY CNY'],
  ['￥', 'JPY CNY'],
  ['CN¥', 'CNY'],
  ['JP¥', 'JPY'],
  ['元', 'CNY'],
  ['円', 'JPY'],
  ['₹', 'INR'],
  ['₨', 'INR PKR LKR NPR MUR SCR'],
  ['Rs', 'INR PKR LKR NPR MUR SCR'],
  ['Rs.', 'INR PKR LKR NPR MUR SCR'],
  ['₩', 'KRW KPW'],
  ['₽', 'RUB'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['₪', 'ILS'],
  ['₫', 'VND'],
  ['฿', 'THB'],
  ['₱', 'PHP'],
  ['₦', 'NGN'],
  ['₲', 'PYG'],
  ['₡', 'CRC'],
  ['₸', 'KZT'],
  ['₾', 'GEL'],
  ['₼', 'AZN'],
  ['₮', 'MNT'],
  ['₭', 'LAK'],
  ['៛', 'KHR'],
  ['₵', 'GHS'],
  ['৳', 'BDT'],
  ['kr', 'SEK NOK DKK ISK'],
  ['kr.', 'DKK SEK NOK ISK'],
  ['zł', 'PLN'],
  ['zl', 'PLN'],
  ['Kč', 'CZK'],
  ['Ft', 'HUF'],
  ['lei', 'RON MDL'],
  ['Fr', 'CHF'],
  ['Fr.', 'CHF'],
  ['SFr', 'CHF'],
  ['SFr.', 'CHF'],
  ['RM', 'MYR'],
  ['Rp', 'IDR'],
];

/** Signs that several countries use and that none of them leads. */
const SHARED = new Set(['kr', 'kr.', '₨', 'rs', 'rs.']);

/** Signs in lower case, and each ISO code. */
const BY_MARK = new Map<string, readonly string[]>([
  ...CURRENCIES.map((code) => [code.toLowerCase(), [code]] as const),
  ...SIGNS.map(([sign, codes]) => [sign.toLowerCase(), codes.split(' ')] as const),
]);

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
// Longest first, so that "US$" is not read as an unknown "US" before "$".
const MARK = [...BY_MARK.keys()]
  .sort((a, b) => b.length - a.length)
  .map(quoted)
  .join('|');
/** A currency sign that is not listed, optionally with letters before it. */
const UNKNOWN = '[A-Z]{1,3}\\p{Sc}|\\p{Sc}';
// A mark of letters must not be cut out of a longer word: "50 lei", not "50 leisure".
const BEFORE = new RegExp(`^(${MARK}|${UNKNOWN})(?!\\p{L})\\s*`, 'iu');
const AFTER = new RegExp(`\\s*(?<!\\p{L})(${MARK}|${UNKNOWN})$`, 'iu');

/** A currency written next to a number. */
export interface CurrencyMark {
  /** As written: `$`, `EUR`, `kr`. */
  mark: string;
  /** ISO 4217 codes that it can mean, the most traded first; empty for a sign of no active currency. */
  currencies: readonly string[];
  /** Whether the sign alone does not say which of them: `kr` is as much Danish as Swedish. */
  isShared?: true;
}

const markOf = (mark: string): CurrencyMark => ({
  mark,
  currencies: BY_MARK.get(mark.toLowerCase()) ?? [],
  ...(SHARED.has(mark.toLowerCase()) && { isShared: true as const }),
});

/**
 * Separates the currency from a number as people write it.
 * @param text e.g. `$1,250.50`, `90000 JPY`, `CA$ 12`
 * @returns the rest, and the mark if there is one. For a sign and a code on either side (`$12 CAD`), it contains the
 *   currencies that both can mean: none if they contradict each other
 */
export function splitCurrency(text: string): { rest: string; currency?: CurrencyMark } {
  let rest = text.trim();
  const before = BEFORE.exec(rest);
  if (before) rest = rest.slice(before[0].length);
  const after = AFTER.exec(rest);
  if (after) rest = rest.slice(0, after.index);
  rest = rest.trim();
  if (!before && !after) return { rest };
  if (!before || !after) return { rest, currency: markOf((before ?? after)![1]!) };
  const [one, other] = [markOf(before[1]!), markOf(after[1]!)];
  return {
    rest,
    currency: {
      mark: `${one.mark} ${other.mark}`,
      currencies: one.currencies.filter((code) => other.currencies.includes(code)),
    },
  };
}
