/** Times of day in a person's zone: when nobody wants to be disturbed, and when the digest comes. */
import { Temporal } from 'temporal-polyfill';

/** Hours in which nothing is sent that makes a noise. */
export interface QuietHours {
  /** `HH:MM`. */
  from: string;
  /** `HH:MM` of the same day, or of the next one if it isn't later than `from`. */
  to: string;
  /** Weekdays on which they begin, 0 is Sunday. */
  days: number[];
}

/** More periods than a week has can only follow each other without end. */
const MOST_PERIODS = 8;

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const at = (day: Temporal.PlainDate, time: string, zone: string) =>
  day.toZonedDateTime({ timeZone: zone, plainTime: time });

/**
 * Returns when quiet hours end that hold at this moment; null if none do. Hours that follow each other without a break are
 * one. A time that the clock skips is the one after the jump, and of one that occurs twice the first counts.
 */
export function quietUntil(now: Date, quiet: QuietHours | null, zone: string): Date | null {
  if (!quiet) return null;
  let moment = now.getTime();
  for (let n = 0; n < MOST_PERIODS; n++) {
    const end = endOfPeriod(moment, quiet, zone);
    if (end === null) break;
    moment = end;
  }
  return moment === now.getTime() ? null : new Date(moment);
}

/** Whether quiet hours leave no time at all. */
export const leavesNoTime = ({ from, to, days }: QuietHours): boolean => from === to && days.length === 7;

function endOfPeriod(moment: number, { from, to, days }: QuietHours, zone: string): number | null {
  const today = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone).toPlainDate();
  const lasts = minutesOf(to) > minutesOf(from) ? 0 : 1;
  for (const day of [today.subtract({ days: 1 }), today]) {
    if (!days.includes(day.dayOfWeek % 7)) continue;
    const begin = at(day, from, zone).epochMilliseconds;
    const end = at(day.add({ days: lasts }), to, zone).epochMilliseconds;
    if (begin <= moment && moment < end) return end;
  }
  return null;
}

/** Returns the next time that the clock of the zone shows the full hour, later than the moment. */
export function nextHour(after: Date, hour: number, zone: string): Date {
  const today = Temporal.Instant.fromEpochMilliseconds(after.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  for (let days = 0; ; days++) {
    const time = at(today.add({ days }), `${String(hour).padStart(2, '0')}:00`, zone).epochMilliseconds;
    if (time > after.getTime()) return new Date(time);
  }
}
