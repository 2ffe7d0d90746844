import { uuidFloor } from '../../describe/index.js';

/** A place on a timeline. Entries are ordered by time, then id, the newest first. */
export interface TimelinePosition {
  /** Microseconds since 1970, as exact as the database keeps times. */
  at: number;
  id: string;
}

/** Sorts the newest first. */
export const newestFirst = (a: TimelinePosition, b: TimelinePosition): number =>
  b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/** Returns the place of an event: its id begins with the milliseconds at which it was made, so the log is ordered already. */
export const placeOfEvent = (id: string): TimelinePosition => ({
  at: Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) * 1000,
  id,
});

/** Returns the id below which all events lie that follow a position, and no others. */
export function eventsAfter({ at, id }: TimelinePosition): string {
  const ms = Math.floor(at / 1000);
  const [first, next] = [uuidFloor(ms), uuidFloor(ms + 1)];
  if (at % 1000 > 0 || id > next) return next;
  return id < first ? first : id;
}

/** Returns a time for Postgres. @param at microseconds since 1970 */
export function instantText(at: number): string {
  const ms = Math.floor(at / 1000);
  const micros = String(at - ms * 1000).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${micros}Z`);
}
