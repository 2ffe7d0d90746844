import { formatDay, parseDay, parseInstant } from '@pellucid/conditions';
import { add, compare, divide, multiply, rescale, subtract } from '@pellucid/conditions/decimal';
import { FORMULA_LIMITS } from './formula.types.js';
import { errorAt } from './syntax.js';

/** A place in the formula, for errors. */
export interface Place {
  start: number;
  end: number;
}

const DAY_MS = 86_400_000;

/** Decimals of a number of days between instants. */
export const DAYS_SCALE = 6;

/** Returns a number, if it is not too long. @throws FormulaError */
export function bounded(number: string, at: Place): string {
  if (number.length > FORMULA_LIMITS.digits + 2)
    throw errorAt(at, 'formulaOutOfRange', `The result has more than ${FORMULA_LIMITS.digits} digits.`, {
      max: FORMULA_LIMITS.digits,
    });
  return number;
}

/** Returns a text, if it is not too long. @throws FormulaError */
export function boundedText(text: string, at: Place): string {
  if (text.length > FORMULA_LIMITS.characters)
    throw errorAt(
      at,
      'formulaOutOfRange',
      `The result has more than ${FORMULA_LIMITS.characters} characters.`,
      {
        max: FORMULA_LIMITS.characters,
      },
    );
  return text;
}

/** Returns a ÷ b, rounded half up to 20 decimals. @throws FormulaError for a division by zero */
export function quotient(a: string, b: string, at: Place): string {
  if (compare(b, '0') === 0) throw errorAt(at, 'formulaDivisionByZero', 'The divisor is zero.');
  return bounded(divide(a, b, FORMULA_LIMITS.quotientScale, 'halfUp'), at);
}

/** Returns what is left of a after dividing it by b, with the sign of a. @throws FormulaError for a division by zero */
export function remainder(a: string, b: string, at: Place): string {
  if (compare(b, '0') === 0) throw errorAt(at, 'formulaDivisionByZero', 'The divisor is zero.');
  return subtract(a, multiply(divide(a, b, 0, 'down'), b));
}

/** Returns a date some whole days later. @throws FormulaError if there is no such date */
export function daysLater(date: string, days: string, at: Place): string {
  return dateAt(parseDay(date)! + Number(rescale(days, 0, 'down')), at);
}

/** Returns an instant some days later, parts of days included. @throws FormulaError if there is no such instant */
export function timeLater(instant: string, days: string, at: Place): string {
  const ms = parseInstant(instant)! + Number(rescale(multiply(days, String(DAY_MS)), 0, 'halfUp'));
  dateAt(Math.floor(ms / DAY_MS), at);
  return new Date(ms).toISOString();
}

/** Returns the date months later; the last of a shorter month. @throws FormulaError if there is no such date */
export function monthsLater(date: string, months: string, at: Place): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const count = year * 12 + month - 1 + Number(rescale(months, 0, 'down'));
  if (!Number.isSafeInteger(count)) throw noDate(at);
  const [toYear, toMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  for (let last = day; last > day - 4; last--) {
    const found = dateOf(toYear, toMonth, last);
    if (found) return found;
  }
  throw noDate(at);
}

/** Returns the date; undefined if there is none. */
export function dateOf(year: number, month: number, day: number): string | undefined {
  if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const text = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')];
  return parseDay(text.join('-')) === undefined ? undefined : text.join('-');
}

/** Returns the days from one date to another. */
export function daysBetween(from: string, to: string): string {
  return String(parseDay(to)! - parseDay(from)!);
}

/** Returns the days from one instant to another, with six decimals. */
export function timeBetween(from: string, to: string): string {
  return divide(String(parseInstant(to)! - parseInstant(from)!), String(DAY_MS), DAYS_SCALE, 'halfUp');
}

/** Returns a day's date. @throws FormulaError outside of the years 0001–9999 */
function dateAt(day: number, at: Place): string {
  const last = parseDay('9999-12-31')!;
  if (!(day >= parseDay('0001-01-01')! && day <= last)) throw noDate(at);
  return formatDay(day);
}

export function noDate(at: Place) {
  return errorAt(at, 'formulaNoDate', 'There is no such date. Dates go from 0001-01-01 to 9999-12-31.');
}

export { add, compare, multiply, rescale, subtract };
