/** What the dates of an activity say about each other. Instants are ISO texts in UTC, days are `YYYY-MM-DD`, durations minutes. */
import { parseDay, startOfDay } from '@pellucid/conditions';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Length of a meeting that says only when it starts, in minutes. */
export const USUAL_MINUTES = 30;

/** Returns the instant some milliseconds later. */
export const later = (instant: string, ms: number): string =>
  new Date(Date.parse(instant) + ms).toISOString();

/** Returns the end of something that takes some minutes; null if it does not say how long it takes. */
export function endOf(start: string | null, minutes: number | null): string | null {
  return start !== null && minutes !== null ? later(start, minutes * MINUTE) : null;
}

/** Returns the minutes from start to end, rounded down; null if one is missing or the end comes first. */
export function minutesBetween(start: string | null, end: string | null): number | null {
  if (start === null || end === null) return null;
  const minutes = Math.floor((Date.parse(end) - Date.parse(start)) / MINUTE);
  return minutes < 0 ? null : minutes;
}

/** The dates that say when an activity is planned. */
export interface Planned {
  due: string | null;
  startsAt: string | null;
}

/**
 * Returns by how much an activity was moved, in milliseconds: by its start, else by the day it is due. 0 if either is
 * missing before or after.
 */
export function shiftOf(before: Planned, after: Planned): number {
  if (before.startsAt !== null && after.startsAt !== null)
    return Date.parse(after.startsAt) - Date.parse(before.startsAt);
  if (before.due === null || after.due === null) return 0;
  return (parseDay(after.due)! - parseDay(before.due)!) * DAY;
}

/**
 * Returns the place of an activity in the order of time: when it was completed, if that is what counts; else its start; else
 * the beginning of the day it is due.
 * @param zone IANA name of the company's time zone
 */
export function happensAt(
  { due, startsAt, completedAt }: Planned & { completedAt: string | null },
  zone: string,
): string | null {
  if (completedAt !== null) return completedAt;
  if (startsAt !== null) return startsAt;
  return due === null ? null : new Date(startOfDay(parseDay(due)!, zone)).toISOString();
}
