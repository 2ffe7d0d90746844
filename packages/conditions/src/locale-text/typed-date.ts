import { LruMap, MOST_LOCALES } from '../lru-map.js';
/**
 * Parses a date that a person types, in the order of the company's locale. Like `readTypedNumber` it never guesses: if
 * two orders give different dates, the person is asked, and a text that is not understood is reported.
 */
import { formatDay, parseDay } from '../calendar.js';
import { composeDate, dateIn, type DateOrder, localDateOrder, monthsOf, splitDate } from './date-text.js';

/** Why a typed date was not understood. */
export type DateRefusal = 'blank' | 'notADate' | 'noSuchDay' | 'noDay';

/** How a typed date was understood: `YYYY-MM-DD`. */
export type DateReading =
  | { value: string }
  /** The days that it can mean, in the locale's order first. */
  | { ambiguous: string[] }
  | { reason: DateRefusal };

/** What reading a typed date depends on. */
export interface DateRules {
  /** BCP 47 tag of the company; determines the order of day and month and the names of months. */
  locale: string;
  /** Today in the company's time zone, `YYYY-MM-DD`: a day without a year is the next such day. */
  today: string;
}

const DAY_MONTH = /^(\d{1,2})([-/.])\s?(\d{1,2})\2?$/;
const DAY_NAME = /^(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:de\s+)?(\p{L}{3,})\.?$/u;
const NAME_DAY = /^(\p{L}{3,})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th|\.)?$/u;
const NAME_YEAR = /^(\p{L}{3,})\.?,?[\s-]*\d{4}$/u;
const NUMERIC_MONTH = /^\d{1,2}[-/.]\d{4}$|^\d{4}[-/.]\d{1,2}$/;
const LONGEST = 100;

/**
 * Parses a date as a person types it.
 *
 * - ISO (`2026-12-15`, `20261215`), year first, the month's name in the locale's language or a major one.
 * - `15/12/2026`, `12/15/2026`, `15.12.26`: in the locale's order; if that gives no valid day, in the other. Points
 *   mean day first nearly everywhere, so in a month-first locale `03.04.2026` is ambiguous.
 * - A two-digit year: 00–69 are 2000–2069, 70–99 are 1970–1999.
 * - `Dec 15`, `15.12.`, `12/15`: the next such day, including today.
 * - `today`, `tomorrow`, `yesterday`, in English and in the locale's language.
 * @example readTypedDate('Dec 15', { locale: 'en-US', today: '2026-11-28' }) // { value: '2026-12-15' }
 */
export function readTypedDate(text: string, { locale, today }: DateRules): DateReading {
  const typed = text.trim().replace(/[\s\u00a0\u202f]+/g, ' ');
  if (typed === '') return { reason: 'blank' };
  if (typed.length > LONGEST) return { reason: 'notADate' };
  const near = nearDay(typed, locale, today);
  if (near) return { value: near };
  return readFull(typed, locale) ?? readWithoutYear(typed, locale, today) ?? refuse(typed, locale);
}

function refuse(typed: string, locale: string): DateReading {
  const name = NAME_YEAR.exec(typed)?.[1]?.toLowerCase();
  const isMonth = (name !== undefined && monthsOf(locale).has(name)) || NUMERIC_MONTH.test(typed);
  return { reason: isMonth ? 'noDay' : 'notADate' };
}

const dayWords = new LruMap<string, ReadonlyMap<string, number>>(MOST_LOCALES);

/** Maps "today", "tomorrow", "yesterday" in English and the locale's language to days from today. */
function wordsOf(locale: string): ReadonlyMap<string, number> {
  let words = dayWords.get(locale);
  if (!words) {
    const formats = [locale, 'en'].map(
      (tag) => new Intl.RelativeTimeFormat([tag, 'en'], { numeric: 'auto' }),
    );
    words = new Map(
      [0, 1, -1].flatMap((days) => formats.map((f) => [f.format(days, 'day').toLowerCase(), days] as const)),
    );
    dayWords.set(locale, words);
  }
  return words;
}

function nearDay(typed: string, locale: string, today: string): string | undefined {
  const day = parseDay(today);
  if (day === undefined) throw new RangeError(`today must be YYYY-MM-DD, not "${today}"`);
  const days = wordsOf(locale).get(typed.toLowerCase());
  return days === undefined ? undefined : formatDay(day + days);
}

/** Returns the orders to try, the most likely first, and whether the first one is certain. */
function ordersFor(
  locale: string,
  mark: string,
  hasShortYear: boolean,
): { orders: DateOrder[]; isSure: boolean } {
  const own = localDateOrder(locale);
  if (own === 'YMD')
    return hasShortYear
      ? { orders: ['YMD', 'DMY', 'MDY'], isSure: true }
      : // The year comes last, so it is not the locale's own order, and the locale has no other.
        { orders: ['DMY', 'MDY'], isSure: false };
  if (own === 'MDY') return { orders: ['MDY', 'DMY'], isSure: mark !== '.' };
  return { orders: ['DMY', 'MDY'], isSure: true };
}

function decide(days: (string | undefined)[], isSure: boolean): DateReading {
  const found = [...new Set(days.filter((day) => day !== undefined))];
  if (found.length === 0) return { reason: 'noSuchDay' };
  return isSure || found.length === 1 ? { value: found[0]! } : { ambiguous: found };
}

function readFull(typed: string, locale: string): DateReading | undefined {
  const found = splitDate(typed, locale);
  if (!found) return undefined;
  if (found.rest.trim() !== '') return { reason: 'notADate' };
  const inOrder = (order: DateOrder) => dateIn(found, order);
  if (found.order) return decide([inOrder(found.order)], true);
  const mark = /[-/. ]/.exec(typed)![0];
  const { orders, isSure } = ordersFor(locale, mark, !found.isFullYear);
  return decide(orders.map(inOrder), isSure);
}

function readWithoutYear(typed: string, locale: string, today: string): DateReading | undefined {
  const numeric = DAY_MONTH.exec(typed);
  if (numeric) {
    const [first, second] = [Number(numeric[1]), Number(numeric[3])];
    const { orders, isSure } = ordersFor(locale, numeric[2]!, false);
    const isMonthFirst = localDateOrder(locale) === 'YMD';
    const days = (isMonthFirst ? (['MDY', 'DMY'] as const) : orders).map((order) =>
      order === 'DMY' ? comingDay(second, first, today) : comingDay(first, second, today),
    );
    return decide(days, isSure || isMonthFirst);
  }
  const months = monthsOf(locale);
  const monthIn = (name: string | undefined) => months.get(name?.toLowerCase() ?? '');
  const dayFirst = DAY_NAME.exec(typed);
  const dayFirstMonth = monthIn(dayFirst?.[2]);
  if (dayFirst && dayFirstMonth) return decide([comingDay(dayFirstMonth, Number(dayFirst[1]), today)], true);
  const nameFirst = NAME_DAY.exec(typed);
  const nameFirstMonth = monthIn(nameFirst?.[1]);
  if (nameFirst && nameFirstMonth)
    return decide([comingDay(nameFirstMonth, Number(nameFirst[2]), today)], true);
  return undefined;
}

/** Returns the next such day from today on: at most eight years away, for February 29. */
function comingDay(month: number, day: number, today: string): string | undefined {
  const year = Number(today.slice(0, 4));
  for (let y = year; y <= year + 8; y++) {
    const found = composeDate(y, month, day);
    if (found !== undefined && found >= today) return found;
  }
  return undefined;
}
