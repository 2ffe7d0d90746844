/**
 * Calendar days and the instants at which they begin in a time zone. A day is a count of days since 1970-01-01
 * (proleptic Gregorian), an instant is milliseconds since the epoch.
 */
import type { EvaluationClock } from './condition.types.js';
import { LruMap, MOST_ZONES } from './lru-map.js';
import type { RelativeOperator } from './operators.js';

const DAY_MS = 86_400_000;

/** Days or instants from `from` (inclusive) to `before` (exclusive); a missing end is open. */
export interface HalfOpenRange {
  from?: number;
  before?: number;
}

/** `Date.UTC`, but without reading the years 0–99 as 1900–1999. */
function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Parses "2024-02-29" to its day; undefined for anything that is not a date of the years 0001–9999. */
export function parseDay(text: string): number | undefined {
  const parts = DATE.exec(text);
  if (!parts || parts[1] === '0000') return undefined;
  const ms = utc(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  return formatDay(ms / DAY_MS) === text ? ms / DAY_MS : undefined;
}

/** The first and last day that a date can express: 0001-01-01 and 9999-12-31. */
export const FIRST_DAY = utc(1, 1, 1) / DAY_MS;
export const LAST_DAY = utc(9999, 12, 31) / DAY_MS;

/** Formats a day of the years 0001–9999 as "YYYY-MM-DD". */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/;

/** Parses an ISO 8601 instant with Z or an offset to milliseconds (finer digits are cut off); undefined otherwise. */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text);
  if (!parts || parseDay(parts[1]!) === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Reads a record's instant, optimised for speed: a Date or an ISO string with Z or offset; undefined for anything else.
 */
export function readInstant(value: unknown): number | undefined {
  let ms: number;
  if (typeof value === 'string') {
    const length = value.length;
    if (length < 17 || length > 40 || value.charCodeAt(10) !== 84) return undefined;
    const hasZone = value.charCodeAt(length - 1) === 90 || value.charCodeAt(length - 3) === 58;
    if (!hasZone) return undefined;
    ms = Date.parse(value);
  } else if (value instanceof Date) ms = value.getTime();
  else return undefined;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Formats the instant so that Postgres reads it with any DateStyle; years before 1 carry BC. */
export function formatInstant(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const rest = date.toISOString().slice(-20, -1);
  return `${String(year > 0 ? year : 1 - year).padStart(4, '0')}${rest}+00${year > 0 ? '' : ' BC'}`;
}

const formatters = new LruMap<string, Intl.DateTimeFormat>(MOST_ZONES);

function formatterFor(zone: string): Intl.DateTimeFormat {
  return formatters.getOrMake(zone, () => {
    try {
      return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
        timeZone: zone,
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw new RangeError(`"${zone}" is no time zone: use an IANA name such as "Europe/Berlin"`);
    }
  });
}

/** Returns the zone's local time at this instant minus UTC, in ms (positive east). */
function offsetAt(instant: number, zone: string): number {
  const part: Record<string, string> = {};
  for (const { type, value } of formatterFor(zone).formatToParts(instant)) part[type] = value;
  const year = part['era'] === 'BC' ? 1 - Number(part['year']) : Number(part['year']);
  const shown = utc(
    year,
    Number(part['month']),
    Number(part['day']),
    Number(part['hour']),
    Number(part['minute']),
    Number(part['second']),
  );
  return shown - Math.floor(instant / 1000) * 1000;
}

/** Returns the calendar day at this instant in the zone. */
export function dayAt(instant: number, zone: string): number {
  return Math.floor((instant + offsetAt(instant, zone)) / DAY_MS);
}

/** Cache of the first instants of days, by zone and day: a zone's local time is slow to compute. */
const starts = new LruMap<string, number>(50_000);

/**
 * Returns the first instant of a calendar day in a zone. If midnight occurs twice, it is the first one. If the clock
 * jumps over midnight, it is the jump. A day that the zone skips altogether has length zero.
 */
export function startOfDay(day: number, zone: string): number {
  return starts.getOrMake(`${zone} ${day}`, () => findStart(day, zone));
}

function findStart(day: number, zone: string): number {
  const midnight = day * DAY_MS;
  const before = offsetAt(midnight - DAY_MS, zone);
  const after = offsetAt(midnight + DAY_MS, zone);
  const candidates = [midnight - before, midnight - after].sort((a, b) => a - b);
  for (const candidate of candidates)
    if (candidate + offsetAt(candidate, zone) === midnight) return candidate;
  // Midnight fell into a gap: the jump lies between the two candidates.
  let [low, high] = candidates as [number, number];
  const jumped = offsetAt(high, zone);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === jumped) high = middle;
    else low = middle;
  }
  return offsetAt(low, zone) === jumped ? low : high;
}

/** Returns the first day of a month counted from year 0 (may be negative or past 12 months). */
function firstOfMonth(month: number): number {
  return utc(Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, 1) / DAY_MS;
}

type Unit = 'week' | 'month' | 'quarter' | 'year' | 'fiscal_quarter' | 'fiscal_year';

const SHIFT: Record<string, number> = { last: -1, this: 0, next: 1 };

function unitRange(unit: Unit, shift: number, today: number, clock: EvaluationClock): HalfOpenRange {
  if (unit === 'week') {
    const weekday = (((today + 4) % 7) + 7) % 7;
    const start = today - ((weekday - (clock.weekStart ?? 1) + 7) % 7) + shift * 7;
    return { from: start, before: start + 7 };
  }
  const date = new Date(today * DAY_MS);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const yearStart = unit.startsWith('fiscal') ? (clock.fiscalYearStartMonth ?? 1) - 1 : 0;
  const length = unit === 'month' ? 1 : unit.endsWith('quarter') ? 3 : 12;
  const into = (date.getUTCMonth() - yearStart + 12) % length;
  const start = month - into + shift * length;
  return { from: firstOfMonth(start), before: firstOfMonth(start + length) };
}

/**
 * Returns the calendar days that a relative operator means. `last_n_days` is today and the n days before it,
 * `next_n_days` today and the n days after it, `older_than_n_days` everything before `last_n_days`.
 */
export function relativeDays(op: RelativeOperator, n: number, clock: EvaluationClock): HalfOpenRange {
  const today = dayAt(clock.now.getTime(), clock.zone);
  switch (op) {
    case 'today':
      return { from: today, before: today + 1 };
    case 'yesterday':
      return { from: today - 1, before: today };
    case 'tomorrow':
      return { from: today + 1, before: today + 2 };
    case 'last_n_days':
      return { from: today - n, before: today + 1 };
    case 'next_n_days':
      return { from: today, before: today + n + 1 };
    case 'older_than_n_days':
      return { before: today - n };
    case 'before_today':
      return { before: today };
    case 'after_today':
      return { from: today + 1 };
    default: {
      const cut = op.indexOf('_');
      return unitRange(op.slice(cut + 1) as Unit, SHIFT[op.slice(0, cut)]!, today, clock);
    }
  }
}
