/** The days of a month's page. Days are texts like "2026-03-01", so that no time zone shifts them. */

const DAY_MS = 86_400_000;
const text = (time: number) => new Date(time).toISOString().slice(0, 10);
const time = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** In: a month "2026-03", and the first day of the week, 0 = Sunday. Out: the weeks that the month touches. */
export function weeksOf(month: string, weekStart: number): string[][] {
  const first = time(`${month}-01`);
  const before = (new Date(first).getUTCDay() - weekStart + 7) % 7;
  const weeks: string[][] = [];
  for (
    let start = first - before * DAY_MS;
    weeks.length === 0 || text(start).slice(0, 7) <= month;
    start += 7 * DAY_MS
  )
    weeks.push(Array.from({ length: 7 }, (_, day) => text(start + day * DAY_MS)));
  return weeks;
}

/** The month that is so many months later. */
export function monthAfter(month: string, step: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return text(Date.UTC(year, number - 1 + step, 1)).slice(0, 7);
}

/** The day after. */
export const dayAfter = (day: string): string => text(time(day) + DAY_MS);
