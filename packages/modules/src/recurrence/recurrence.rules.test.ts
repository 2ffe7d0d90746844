import { expect, test } from 'vitest';
import { movedByDays, nextDay, readRule, RuleError } from './recurrence.rules.js';

const refusal = (text: string) => {
  try {
    return readRule(text);
  } catch (error) {
    return error instanceof RuleError ? [error.code, error.part] : error;
  }
};

test('a rule says on which day something happens next', () => {
  const next = (rule: string, start: string, after = start) => nextDay(readRule(rule), start, after);
  expect(next('FREQ=DAILY', '2030-02-28')).toBe('2030-03-01');
  expect(next('RRULE:freq=weekly;byday=MO,WE', '2030-01-31')).toBe('2030-02-04');
  expect(next('FREQ=WEEKLY;INTERVAL=2', '2030-01-31')).toBe('2030-02-14');
  // RFC 5545: months without such a day are left out.
  expect(next('FREQ=MONTHLY', '2030-01-31')).toBe('2030-03-31');
  expect(next('FREQ=MONTHLY;BYMONTHDAY=-1', '2030-01-31')).toBe('2030-02-28');
  expect(next('FREQ=MONTHLY;BYDAY=2TU', '2030-01-08')).toBe('2030-02-12');
  expect(next('FREQ=YEARLY', '2028-02-29')).toBe('2032-02-29');
  expect(next('FREQ=DAILY;INTERVAL=3', '2030-01-01', '2030-01-09')).toBe('2030-01-10');
});

test('a rule that has ended has no further day', () => {
  const rule = readRule('FREQ=DAILY;UNTIL=20300103');
  expect(nextDay(rule, '2030-01-01', '2030-01-02')).toBe('2030-01-03');
  expect(nextDay(rule, '2030-01-01', '2030-01-03')).toBeUndefined();
});

test('a text that is no rule is refused, and the part is named', () => {
  expect(refusal('FREQ=SECONDLY')).toEqual(['ruleFrequency', 'FREQ']);
  expect(refusal('INTERVAL=2')).toEqual(['ruleFrequency', 'FREQ']);
  expect(refusal('FREQ=DAILY;COUNT=3')).toEqual(['rulePart', 'COUNT']);
  expect(refusal('FREQ=DAILY;')).toEqual(['rulePart', '']);
  expect(refusal('FREQ=WEEKLY;BYDAY=XX')).toEqual(['ruleInvalid', undefined]);
  expect(refusal('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')).toEqual(['ruleNever', undefined]);
  expect(refusal(`FREQ=DAILY;BYMONTHDAY=${'1,'.repeat(200)}1`)).toEqual(['ruleTooLong', undefined]);
});

test('moving by days keeps the time of day through daylight saving', () => {
  expect(movedByDays('2030-03-30T08:00:00.000Z', 1, 'Europe/Zurich')).toBe('2030-03-31T07:00:00.000Z');
  expect(movedByDays('2030-03-30T08:00:00.000Z', -30, 'UTC')).toBe('2030-02-28T08:00:00.000Z');
});
