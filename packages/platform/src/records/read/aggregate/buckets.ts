import type { EvaluationClock } from '@pellucid/conditions';
import type { Bucket } from './request.js';

const DAY_MS = 86_400_000;

/**
 * Returns SQL for the first day of the period that a day lies in, in the company's calendar.
 * @param day SQL expression of a date
 */
function firstDay(day: string, by: Bucket, { weekStart, fiscalYearStartMonth }: EvaluationClock): string {
  const truncated = (unit: string, of = `${day}::timestamp`) => `date_trunc('${unit}', ${of})`;
  const later = `interval '${(fiscalYearStartMonth ?? 1) - 1} months'`;
  switch (by) {
    case 'day':
      return day;
    case 'week': {
      // Postgres' weeks begin on Monday, so days are shifted until the company's do too.
      const shift = (8 - (weekStart ?? 1)) % 7;
      return `(${truncated('week', `(${day} + ${shift})::timestamp`)}::date - ${shift})`;
    }
    case 'fiscalQuarter':
      return `(${truncated('quarter', `(${day} - ${later})`)} + ${later})::date`;
    case 'fiscalYear':
      return `(${truncated('year', `(${day} - ${later})`)} + ${later})::date`;
    default:
      return `${truncated(by)}::date`;
  }
}

/**
 * Returns SQL for a period as the number of its first day, counted from 1970-01-01: see {@link periodKey}.
 * @param value SQL expression of the date or time
 * @param zone placeholder of the company's time zone, for times; undefined for dates, which no zone shifts
 */
export function bucketSql(
  value: string,
  by: Bucket,
  clock: EvaluationClock,
  zone: string | undefined,
): string {
  const day = zone ? `(${value} at time zone ${zone}::text)::date` : value;
  return `(${firstDay(day, by, clock)} - date '1970-01-01')`;
}

/** Returns a period's first day as text. @param day counted from 1970-01-01 */
export function periodKey(day: number): string {
  return new Date(day * DAY_MS).toISOString().split('T')[0]!;
}
