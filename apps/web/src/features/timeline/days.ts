import type { TimelineEntry } from './api/timeline';

/** Entries of one day, newest first. */
export interface Day {
  /** "2026-03-01", in the company's zone. */
  day: string;
  entries: TimelineEntry[];
}

/** In: entries in their order, and the day of an instant. Out: the same by day. */
export function byDay(entries: readonly TimelineEntry[], dayOf: (instant: string) => string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
