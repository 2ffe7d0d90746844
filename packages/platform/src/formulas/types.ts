import type { FormulaType } from './formula.types.js';

export const NUMBER: FormulaType = { is: 'number', scale: undefined };
export const WHOLE: FormulaType = { is: 'number', scale: 0 };
export const TEXT: FormulaType = { is: 'text' };
export const BOOLEAN: FormulaType = { is: 'boolean' };
export const DATE: FormulaType = { is: 'date' };
export const DATETIME: FormulaType = { is: 'datetime' };
export const EMPTY: FormulaType = { is: 'empty' };

const WORDS: Record<Exclude<FormulaType['is'], 'list'>, string> = {
  number: 'a number',
  text: 'text',
  boolean: 'yes or no',
  date: 'a date',
  datetime: 'a date and time',
  record: 'a record',
  empty: 'empty',
};

/** Returns how messages call a type. */
export function typeWords(type: FormulaType): string {
  return type.is === 'list' ? `a list (${typeWords(type.of)})` : WORDS[type.is];
}

/** Returns the type that has the values of both; undefined if there is none. */
export function unified(a: FormulaType, b: FormulaType): FormulaType | undefined {
  if (a.is === 'empty') return b;
  if (b.is === 'empty') return a;
  if (a.is === 'number' && b.is === 'number')
    return { is: 'number', scale: both(a.scale, b.scale, Math.max) };
  if (a.is === 'record' && b.is === 'record') return a.object === b.object ? a : undefined;
  if (a.is === 'list' && b.is === 'list') {
    const of = unified(a.of, b.of);
    return of && { is: 'list', of };
  }
  return a.is === b.is ? a : undefined;
}

/** Combines scales; undefined if one of them is unknown. */
export function both(
  a: number | undefined,
  b: number | undefined,
  combine: (a: number, b: number) => number,
): number | undefined {
  return a === undefined || b === undefined ? undefined : combine(a, b);
}

/** Returns the scale of a number. */
export const scaleOf = (type: FormulaType) => (type.is === 'number' ? type.scale : undefined);
