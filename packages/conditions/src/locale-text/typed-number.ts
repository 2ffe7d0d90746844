import { LruMap, MOST_LOCALES } from '../lru-map.js';
/**
 * Parses a number that a person types, in the notation of the company's locale. It never guesses: if the text can be
 * read in two ways, or only in other locales' notation, the possible readings are returned so that the person can be
 * asked.
 */
import type { CurrencyMark } from './currency-marks.js';
import { bareNumber, type DecimalMark, decimalOf } from './number-text.js';

/** How a locale writes numbers. */
export interface NumberNotation {
  decimalMark: DecimalMark;
  /** `.` or `,` if one of them groups thousands; undefined if a blank or an apostrophe does. */
  groupMark?: '.' | ',';
}

const notations = new LruMap<string, NumberNotation>(MOST_LOCALES);

/** Returns the marks of a locale (a BCP 47 tag) according to CLDR. An unknown tag is read as English. */
export function numberNotation(locale: string): NumberNotation {
  let notation = notations.get(locale);
  if (!notation) {
    // Twelve thousand, because Spanish, Polish and Portuguese group only from five digits on.
    const parts = new Intl.NumberFormat([locale, 'en'], { useGrouping: true }).formatToParts(12_345.6);
    const find = (type: string) => parts.find((part) => part.type === type)?.value;
    const decimalMark = find('decimal') === '.' ? '.' : ',';
    const group = find('group');
    notation = { decimalMark, ...((group === '.' || group === ',') && { groupMark: group }) };
    notations.set(locale, notation);
  }
  return notation;
}

/** Why a typed number was not understood. */
export type NumberRefusal = 'blank' | 'notANumber' | 'tooManyDecimals' | 'otherCurrency';

/** How a typed number was understood. Values are decimal texts as the API accepts them: `-1234.50`. */
export type NumberReading =
  | { value: string; currency?: CurrencyMark }
  /** One or more values that it can mean, the locale's reading first. Ask the person, even if there is only one. */
  | { ambiguous: string[]; currency?: CurrencyMark }
  | { reason: NumberRefusal; currency?: CurrencyMark };

/** What reading a typed number depends on. */
export interface NumberRules {
  /** BCP 47 tag of the company. */
  locale: string;
  /** Maximum number of decimals that can be stored; unlimited by default. */
  decimals?: number;
  /**
   * For amounts: ISO 4217 code of the field's currency. A sign of another currency is refused. Without it, no sign is
   * accepted.
   */
  currency?: string;
  /** Whether `50 %` is 50. */
  isPercent?: boolean;
}

/** Cuts zeros beyond the decimals that can be stored; undefined if other digits would be lost. */
function fitting(value: string, decimals: number | undefined): string | undefined {
  if (decimals === undefined) return value;
  const [whole, fraction = ''] = value.split('.') as [string, string?];
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const kept = fraction.slice(0, decimals);
  const plain = kept ? `${whole}.${kept}` : whole;
  return /[1-9]/.test(plain) ? plain : plain.replace('-', '');
}

/**
 * Parses a number as a person types it.
 *
 * - A group mark is dropped if it can only be one: `1,500` in en-US, `1.500` in de, `1 500`, `1,234,567` anywhere.
 * - Two different marks are unambiguous in any locale: `1,234.50` and `1.234,50` are the same.
 * - `1.500` for US dollars can be 1.50 or 1,500: both are returned as readings. With three or more decimals to store (a
 *   rate of `1.085`), the locale's decimal mark applies.
 * - Another locale's decimal mark (`1,50` in en-US) is returned as a reading, never accepted silently.
 * @example readTypedNumber('1.500', { locale: 'de', decimals: 2 }) // { value: '1500' }
 * @example readTypedNumber('1.500', { locale: 'en-US', decimals: 2 }) // { ambiguous: ['1.50', '1500'] }
 */
export function readTypedNumber(text: string, rules: NumberRules): NumberReading {
  if (text.trim() === '') return { reason: 'blank' };
  const found = bareNumber(text);
  if (!found || (found.percent && !rules.isPercent)) return { reason: 'notANumber' };
  const currency = found.currency && { currency: found.currency };
  if (found.currency) {
    if (rules.currency === undefined) return { reason: 'notANumber', ...currency };
    if (!found.currency.currencies.includes(rules.currency)) return { reason: 'otherCurrency', ...currency };
  }
  const { decimalMark, groupMark } = numberNotation(rules.locale);
  const own = decimalOf(found, decimalMark);
  const foreign = decimalOf(found, decimalMark === '.' ? ',' : '.');
  if (own === undefined && foreign === undefined) return { reason: 'notANumber', ...currency };
  const candidates = candidatesOf(found.digits, own, foreign, { decimalMark, groupMark }, rules.decimals);
  const readings = [...new Set(candidates.readings.flatMap((value) => fitting(value, rules.decimals) ?? []))];
  if (readings.length === 0) return { reason: 'tooManyDecimals', ...currency };
  return candidates.isCertain ? { value: readings[0]!, ...currency } : { ambiguous: readings, ...currency };
}

interface Candidates {
  readings: string[];
  isCertain: boolean;
}

function candidatesOf(
  digits: string,
  own: string | undefined,
  foreign: string | undefined,
  notation: NumberNotation,
  decimals = Number.POSITIVE_INFINITY,
): Candidates {
  const certain = (value: string): Candidates => ({ readings: [value], isCertain: true });
  if (own === foreign) return certain(own!);
  const marks = digits.replace(/[^.,]/g, '');
  // Two marks (1,234.50 or 1,234,567) can be read in only one way.
  if (marks.length > 1) return certain((own ?? foreign)!);
  const isOwnMark = marks === notation.decimalMark;
  if (isOwnMark) {
    if (own !== undefined && (foreign === undefined || decimals >= 3)) return certain(own);
  } else if (own !== undefined && marks === notation.groupMark) return certain(own);
  return { readings: [own, foreign].filter((value) => value !== undefined), isCertain: false };
}
