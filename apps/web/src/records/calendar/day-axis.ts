/**
 * The hours of days that stand beside each other. A row is half an hour of the clock. Where a clock is set back, the days
 * have the rows of that hour twice; where it is set forward, one day lacks rows that the others have.
 */
import { fromZonedTime, toZonedTime } from '@/lib/format/zoned-time';
import { dayAfter } from './month';

const MINUTE = 60_000;
/** Clocks are set by an hour or by half of one, never by less. */
export const ROW_MINUTES = 30;
const ROW_MS = ROW_MINUTES * MINUTE;

/** One row: a time of the clock, and how often the clock has shown it before on that day. */
export interface AxisRow {
  /** "02:30". */
  clock: string;
  again: number;
}

interface AxisDay {
  /** Instant of its first moment, and of the next day's. */
  start: number;
  end: number;
  /** Place in the axis of each of its half hours, in order. */
  places: number[];
}

export interface Axis {
  rows: AxisRow[];
  days: ReadonlyMap<string, AxisDay>;
}

/** The instant at which a day begins in a zone. */
export const startOfDay = (day: string, zone: string): number =>
  Date.parse(fromZonedTime(`${day} 00:00:00`, zone));

/** The day that an instant is on in a zone. */
export const dayAt = (instant: number, zone: string): string =>
  toZonedTime(new Date(instant).toISOString(), zone).slice(0, 10);

const keyOf = ({ clock, again }: AxisRow) => `${clock.slice(0, 2)} ${again} ${clock.slice(3)}`;

/** The rows of one day, with 23 to 25 hours. */
function rowsOf(start: number, end: number, zone: string): AxisRow[] {
  const times = new Map<string, number>();
  return Array.from({ length: Math.ceil((end - start) / ROW_MS) }, (_, step) => {
    const clock = toZonedTime(new Date(start + step * ROW_MS).toISOString(), zone).slice(11, 16);
    const again = times.get(clock) ?? 0;
    times.set(clock, again + 1);
    return { clock, again };
  });
}

/** The axis of some days in a zone. */
export function axisOf(days: string[], zone: string): Axis {
  const own = days.map((day) => {
    const [start, end] = [startOfDay(day, zone), startOfDay(dayAfter(day), zone)];
    return { day, start, end, rows: rowsOf(start, end, zone) };
  });
  const byKey = new Map(own.flatMap(({ rows }) => rows.map((row) => [keyOf(row), row] as const)));
  const keys = [...byKey.keys()].sort();
  const placeOf = new Map(keys.map((key, place) => [key, place]));
  return {
    rows: keys.map((key) => byKey.get(key)!),
    days: new Map(
      own.map(({ day, start, end, rows }) => [
        day,
        { start, end, places: rows.map((row) => placeOf.get(keyOf(row))!) },
      ]),
    ),
  };
}

/** Where an instant is on a day's axis, in rows. Before and after the day, its edges. */
export function placeAt(axis: Axis, day: string, instant: number): number {
  const { start, end, places } = axis.days.get(day)!;
  if (instant <= start) return places[0]!;
  if (instant >= end) return places.at(-1)! + 1;
  const rows = (instant - start) / ROW_MS;
  return places[Math.floor(rows)]! + (rows % 1);
}

/**
 * The instant at a place of a day's axis, on a quarter of an hour. On a row that the day lacks, the next moment that it has.
 * @param place in rows, from 0 to the number of rows
 */
export function instantAt(axis: Axis, day: string, place: number): number {
  const { start, end, places } = axis.days.get(day)!;
  const quarter = Math.round(place * 2) / 2;
  const at = places.findIndex((own) => own + 1 > quarter);
  if (at < 0) return end;
  return start + at * ROW_MS + Math.max(0, quarter - places[at]!) * ROW_MS;
}

/** The rows that a day lacks. */
export function missingRows(axis: Axis, day: string): number[] {
  const own = new Set(axis.days.get(day)!.places);
  return axis.rows.flatMap((_, place) => (own.has(place) ? [] : [place]));
}

/** The instant some days later at the same time of the clock; a time that the day lacks moves forward. */
export function sameTimeOn(instant: number, day: string, zone: string): number {
  const clock = toZonedTime(new Date(instant).toISOString(), zone).slice(11);
  return Date.parse(fromZonedTime(`${day} ${clock}`, zone)) + (instant % 1000);
}
