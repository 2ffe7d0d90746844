import { z } from 'zod';

/**
 * First and last point in time, in UTC: the database has no year 0, and years after 9999 need more than four digits.
 */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A point in time, with Z or any offset, converted to UTC: the database accepts only offsets below 16 hours, and its
 * error would write the input to its log.
 */
export const instantText = z.iso
  .datetime({ offset: true, error: 'must be a time like 2026-03-31T09:00:00Z' })
  .transform((text, context) => {
    const ms = Date.parse(text);
    if (ms >= FIRST_INSTANT && ms <= LAST_INSTANT) return new Date(ms).toISOString();
    context.addIssue({
      code: 'invalid_format',
      format: 'datetime',
      input: text,
      message: 'must be a time between the years 1 and 9999',
    });
    return z.NEVER;
  });

/** A calendar day of the years 1 to 9999: the database knows no year 0. */
export const dayText = z.iso
  .date('must be a date like 2026-03-31')
  .refine((day) => !day.startsWith('0000'), 'must be a date between the years 1 and 9999');
