import { LruMap, MOST_LOCALES, MOST_ZONES } from '../lru-map.js';
/** The order in which day, month and year are written. */
export type DateOrder = 'YMD' | 'DMY' | 'MDY';

/** All orders. */
export const DATE_ORDERS: readonly DateOrder[] = ['YMD', 'DMY', 'MDY'];

/** A date as written, with its time and offset from UTC if there are any. */
export interface WrittenDate {
  date: string;
  time?: string;
  /** `Z` or `+02:00`. */
  offset?: string;
}

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'];
const monthNames = new LruMap<string, ReadonlyMap<string, number>>(MOST_LOCALES);

/**
 * Returns the names of the months in the known languages and that of the locale, long and short, in lower case, mapped
 * to 1–12.
 */
export function monthsOf(locale = 'en'): ReadonlyMap<string, number> {
  const months = monthNames.get(locale);
  if (months) return months;
  const found = new Map<string, number>([['sept', 9]]);
  for (const language of [...LANGUAGES, locale])
    for (const month of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat([language, 'en'], { month, day: 'numeric', timeZone: 'UTC' });
      const alone = new Intl.DateTimeFormat([language, 'en'], { month, timeZone: 'UTC' });
      for (let m = 0; m < 12; m++) {
        const at = new Date(Date.UTC(2000, m, 15));
        const beside = format.formatToParts(at).find((part) => part.type === 'month')?.value ?? '';
        // Slavic languages inflect a month next to its day.
        for (const name of [alone.format(at), beside])
          found.set(name.toLowerCase().replace(/\.$/, ''), m + 1);
      }
    }
  monthNames.set(locale, found);
  return found;
}

const YEAR_FIRST = /^(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=$|T)/;
const YEAR_LAST = /^(\d{1,2})([-/. ]\s?)(\d{1,2})\2(\d{4}|\d{2})(?!\d)\.?/;
const DAY_NAME_YEAR =
  /^(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:de\s+)?(\p{L}{3,})\.?,?[\s-]*(?:de\s+)?(\d{4}|\d{2})(?!\d)/u;
const NAME_DAY_YEAR = /^(\p{L}{3,})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})(?!\d)/u;
const YEAR_NAME_DAY = /^(\d{4})[\s-]+(\p{L}{3,})\.?[\s-]+(\d{1,2})(?!\d)/u;
const TIME =
  /^[T,\s]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp])?(?:\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i;

/** The parts of a written date. */
export interface DateParts {
  /** Numbers as written, first to third. */
  numbers: [number, number, number];
  /** Undefined for numbers with the year last, when the order decides. */
  order: DateOrder | undefined;
  /** Whether the year is written in full: 0001 is the year 1, and 01 the year 2001. */
  isFullYear: boolean;
  rest: string;
}

/** Longer texts are not dates, and matching a long cell full of blanks would take minutes. */
const LONGEST = 100;

/** Splits a date with a year in any notation into its parts; undefined if it is not a date. */
export function splitDate(text: string, locale?: string): DateParts | undefined {
  const given = text.trim();
  if (given.length > LONGEST) return undefined;
  const trimmed = given.replace(/^\p{L}{2,9}\.?,\s+/u, '');
  let match = YEAR_FIRST.exec(trimmed);
  if (match) return parts(match, [match[1]!, match[3]!, match[4]!], 'YMD', trimmed);
  match = COMPACT.exec(trimmed);
  if (match) return parts(match, [match[1]!, match[2]!, match[3]!], 'YMD', trimmed);
  match = YEAR_LAST.exec(trimmed);
  if (match) return parts(match, [match[1]!, match[3]!, match[4]!], undefined, trimmed);
  match = DAY_NAME_YEAR.exec(trimmed);
  const months = monthsOf(locale);
  const month = (name: string) => String(months.get(name.toLowerCase()) ?? 0);
  if (match && months.has(match[2]!.toLowerCase()))
    return parts(match, [match[1]!, month(match[2]!), match[3]!], 'DMY', trimmed);
  match = NAME_DAY_YEAR.exec(trimmed);
  if (match && months.has(match[1]!.toLowerCase()))
    return parts(match, [month(match[1]!), match[2]!, match[3]!], 'MDY', trimmed);
  match = YEAR_NAME_DAY.exec(trimmed);
  if (match && months.has(match[2]!.toLowerCase()))
    return parts(match, [match[1]!, month(match[2]!), match[3]!], 'YMD', trimmed);
  return undefined;
}

function parts(
  match: RegExpExecArray,
  texts: string[],
  order: DateOrder | undefined,
  from: string,
): DateParts {
  return {
    numbers: texts.map(Number) as [number, number, number],
    order,
    isFullYear: texts.some((text) => text.length === 4),
    rest: from.slice(match[0].length),
  };
}

/**
 * Returns the ISO date of its parts; undefined for a day that does not exist.
 * @param isFullYear whether the year is meant as it is; otherwise the years 00–69 are in this century, 70–99 in the last
 */
export function composeDate(
  year: number,
  month: number,
  day: number,
  isFullYear = false,
): string | undefined {
  const full = isFullYear || year >= 100 ? year : year < 70 ? 2000 + year : 1900 + year;
  // Not Date.UTC, which takes the years 0–99 for 1900–1999.
  const at = new Date(0);
  at.setUTCFullYear(full, month - 1, day);
  const exists = at.getUTCFullYear() === full && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  if (full === 0 || !exists) return undefined;
  return `${String(full).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Returns the ISO date of a written one, read in an order; undefined if there is no such day. */
export function dateIn({ numbers: [a, b, c], isFullYear }: DateParts, order: DateOrder): string | undefined {
  if (order === 'YMD') return composeDate(a, b, c, isFullYear);
  return order === 'DMY' ? composeDate(c, b, a, isFullYear) : composeDate(c, a, b, isFullYear);
}

/**
 * Parses a date as people write it. Year-first dates and dates with the month's name need no order.
 * @param order how `03/04/2017` is meant
 * @returns undefined when it is not a date in that order
 */
export function parseDateText(text: string, order: DateOrder): WrittenDate | undefined {
  const found = splitDate(text);
  if (!found) return undefined;
  // "YMD" for a file cannot apply to dates that have the year last; the worldwide habit is then to write the day first.
  const used = found.order ?? (order === 'YMD' ? 'DMY' : order);
  const date = dateIn(found, used);
  if (!date) return undefined;
  if (found.rest.trim() === '') return { date };
  const time = TIME.exec(found.rest);
  if (!time) return undefined;
  let hour = Number(time[1]);
  if (time[5]) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (time[5].toLowerCase() === 'p' ? 12 : 0);
  }
  const [minute, second] = [Number(time[2]), Number(time[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(hour)}:${two(minute)}:${two(second)}.${(time[4] ?? '').padEnd(3, '0').slice(0, 3)}`;
  const zone = time[6]?.toUpperCase();
  if (!zone) return { date, time: clock };
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}` : 'Z';
  return { date, time: clock, offset };
}

/**
 * Returns what one value says about the order of its column: `any` if both orders give a date, `none` if it is not a
 * date.
 */
export function dateVote(text: string): DateOrder | 'any' | 'fixed' | 'none' {
  const found = splitDate(text);
  if (!found) return 'none';
  if (found.order) {
    if (!parseDateText(text, found.order)) return 'none';
    return found.order === 'YMD' ? 'YMD' : 'fixed';
  }
  const dayFirst = parseDateText(text, 'DMY') !== undefined;
  const monthFirst = parseDateText(text, 'MDY') !== undefined;
  if (dayFirst && monthFirst) return 'any';
  return dayFirst ? 'DMY' : monthFirst ? 'MDY' : 'none';
}

const formats = new LruMap<string, Intl.DateTimeFormat>(MOST_ZONES);

/** Returns the offset of a zone from UTC at an instant, in milliseconds. @param utc milliseconds since 1970 */
export function zoneOffset(utc: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const p = Object.fromEntries(format.formatToParts(utc).map((part) => [part.type, Number(part.value)]));
  return (
    Date.UTC(p['year']!, p['month']! - 1, p['day']!, p['hour']!, p['minute']!, p['second']!) -
    Math.floor(utc / 1000) * 1000
  );
}

/**
 * Returns the instant that a written date means. Without an offset it is local time in the zone. A time that a clock
 * change skips is taken an hour later; of a time that occurs twice, the first is taken.
 * @returns ISO 8601 in UTC
 */
export function instantOf(written: WrittenDate, zone: string): string {
  const time = written.time ?? '00:00:00.000';
  if (written.offset) return new Date(`${written.date}T${time}${written.offset}`).toISOString();
  const local = Date.parse(`${written.date}T${time}Z`);
  const before = zoneOffset(local - 86_400_000, zone);
  const after = zoneOffset(local + 86_400_000, zone);
  const early = local - before;
  if (zoneOffset(early, zone) === before) return new Date(early).toISOString();
  const late = local - after;
  return new Date(zoneOffset(late, zone) === after ? late : early).toISOString();
}

const orders = new LruMap<string, DateOrder>(MOST_LOCALES);

/** Returns the order in which a country's people write dates, if nothing else decides. @param locale BCP 47 */
export function localDateOrder(locale: string): DateOrder {
  let order = orders.get(locale);
  if (!order) {
    const shown = new Intl.DateTimeFormat([locale, 'en'], {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    })
      .formatToParts(new Date(Date.UTC(2000, 0, 1)))
      .filter((p) => p.type === 'day' || p.type === 'month' || p.type === 'year')
      .map((p) => p.type[0]!.toUpperCase())
      .join('');
    order = DATE_ORDERS.find((known) => known === shown) ?? 'DMY';
    orders.set(locale, order);
  }
  return order;
}
