import { parseDay, startOfDay } from '@pellucid/conditions';

/** In: a day, "2026-03-01", and an IANA zone. Out: the ISO instant of its last second there; undefined if it is no day. */
export function endOfDay(day: string, zone: string): string | undefined {
  const number = parseDay(day);
  return number === undefined ? undefined : new Date(startOfDay(number + 1, zone) - 1000).toISOString();
}
