/** The days of weeks and months. Days are texts like "2026-03-01", so that no time zone shifts them. */

const DAY_MS = 86_400_000;
const text = (time: number) => new Date(time).toISOString().slice(0, 10);
const time = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** In: a month "2026-03", and the first day of the week, 0 = Sunday. Out: the weeks that the month touches. */
export function weeksOf(month: string, weekStart: number): string[][] {
  const weeks: string[][] = [];
  for (
    let week = weekOf(`${month}-01`, weekStart);
    weeks.length === 0 || week[0]!.slice(0, 7) <= month;
    week = daysFrom(daysLater(week[0]!, 7), 7)
  )
    weeks.push(week);
  return weeks;
}

/** The seven days of the week that a day is in. */
export function weekOf(day: string, weekStart: number): string[] {
  const before = (new Date(time(day)).getUTCDay() - weekStart + 7) % 7;
  return daysFrom(daysLater(day, -before), 7);
}

/** So many days, beginning with the first. */
export const daysFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, step) => daysLater(first, step));

/** The month that is so many months later. */
export function monthAfter(month: string, step: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return text(Date.UTC(year, number - 1 + step, 1)).slice(0, 7);
}

/** The same day so many months later, or the last one of a shorter month. */
export function sameDayOfMonth(day: string, step: number): string {
  const month = monthAfter(day.slice(0, 7), step);
  const last = daysLater(`${monthAfter(month, 1)}-01`, -1);
  const same = `${month}-${day.slice(8)}`;
  return same < last ? same : last;
}

/** The day so many days later. */
export const daysLater = (day: string, days: number): string => text(time(day) + days * DAY_MS);

/** The day after. */
export const dayAfter = (day: string): string => daysLater(day, 1);

/** How many days the second day is after the first. */
export const daysBetween = (first: string, second: string): number =>
  Math.round((time(second) - time(first)) / DAY_MS);
