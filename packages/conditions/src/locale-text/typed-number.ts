/**
 * One number typed by a person, under the notation of the company's locale. It is never guessed: what can be read in two
 * ways, or only in the notation of others, is given back as readings to ask about.
 */
import type { CurrencyMark } from './currency-marks.js';
import { bareNumber, type DecimalMark, decimalOf } from './number-text.js';

/** How a locale writes numbers. */
export interface NumberNotation {
  decimalMark: DecimalMark;
  /** `.` or `,` where one of them groups thousands; undefined where a blank or an apostrophe does. */
  groupMark?: '.' | ',';
}

const notations = new Map<string, NumberNotation>();

/** In: a BCP 47 tag. Out: its marks, by CLDR. A tag nobody knows is read as English. */
export function numberNotation(locale: string): NumberNotation {
  let notation = notations.get(locale);
  if (!notation) {
    // Twelve thousand: Spanish, Polish and Portuguese group from five digits on.
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

/** What a typed number was understood as. Values are decimal text as the API takes it: `-1234.50`. */
export type NumberReading =
  | { value: string; currency?: CurrencyMark }
  /** One or more values it can mean, the locale's reading first: ask, also where there is only one. */
  | { ambiguous: string[]; currency?: CurrencyMark }
  | { reason: NumberRefusal; currency?: CurrencyMark };

export interface NumberRules {
  /** BCP 47 tag of the company. */
  locale: string;
  /** Decimals that can be stored; any number where left out. */
  decimals?: number;
  /** For amounts: the ISO 4217 code it is kept in. A sign of another currency is refused. Left out, no sign is taken. */
  currency?: string;
  /** Whether `50 %` is 50. */
  isPercent?: boolean;
}

/** Cuts zeros past the decimals that can be stored; undefined where other digits stand there. */
function fitting(value: string, decimals: number | undefined): string | undefined {
  if (decimals === undefined) return value;
  const [whole, fraction = ''] = value.split('.') as [string, string?];
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const kept = fraction.slice(0, decimals);
  const plain = kept ? `${whole}.${kept}` : whole;
  return /[1-9]/.test(plain) ? plain : plain.replace('-', '');
}

/**
 * Reads a number as a person types it.
 *
 * - A group mark is dropped where it can only be one: `1,500` in en-US, `1.500` in de, `1 500`, `1,234,567` anywhere.
 * - Both marks tell each other apart in any locale: `1,234.50` and `1.234,50` are the same.
 * - `1.500` for US dollars can be 1.50 or 1,500: both are given to ask about. With three or more decimals to store
 *   (a rate of `1.085`) the locale's decimal mark is believed.
 * - The decimal mark of others (`1,50` in en-US) is asked about, never taken silently.
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
  // Two marks (1,234.50 or 1,234,567) can be read in one way only.
  if (marks.length > 1) return certain((own ?? foreign)!);
  const isOwnMark = marks === notation.decimalMark;
  if (isOwnMark) {
    if (own !== undefined && (foreign === undefined || decimals >= 3)) return certain(own);
  } else if (own !== undefined && marks === notation.groupMark) return certain(own);
  return { readings: [own, foreign].filter((value) => value !== undefined), isCertain: false };
}
