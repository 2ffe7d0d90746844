import {
  FORMULA_LIMITS,
  type FormulaInputs,
  type FormulaName,
  type FormulaType,
  type FormulaValue,
} from './formula.types.js';
import type { Place } from './arithmetic.js';
import { errorAt } from './syntax.js';
import { typeWords } from './types.js';

/** What is known while a formula is evaluated. */
export interface Run {
  inputs: FormulaInputs;
  /** Values of the variables of functions over lists. */
  locals: Record<string, FormulaValue>;
  /** Parts evaluated so far. */
  steps: number;
}

/** A checked part of a formula. */
export interface Part {
  place: Place;
  type: FormulaType;
  /** What it names, if it is a name. */
  name?: FormulaName;
  /** Returns its value. @throws FormulaError */
  run(env: Run): FormulaValue;
}

/** Makes a part whose evaluation counts as a step. */
export function part(place: Place, type: FormulaType, run: Part['run']): Part {
  return {
    place,
    type,
    run(env) {
      if (++env.steps > FORMULA_LIMITS.steps)
        throw errorAt(
          place,
          'formulaTooExpensive',
          'The formula takes too many steps for this record. Use shorter lists, or fewer functions over lists.',
          { max: FORMULA_LIMITS.steps },
        );
      return run(env);
    },
  };
}

/** Makes a part that is empty if one of the others is. */
export function strict(
  place: Place,
  type: FormulaType,
  of: readonly Part[],
  apply: (...values: any[]) => FormulaValue,
): Part {
  return part(place, type, (env) => {
    const values: FormulaValue[] = [];
    for (const each of of) {
      const value = each.run(env);
      if (value === null) return null;
      values.push(value);
    }
    return apply(...values);
  });
}

/** Refuses a part of another type. @throws FormulaError */
export function demand(given: Part, ...wanted: FormulaType['is'][]): void {
  if (given.type.is === 'empty' || wanted.includes(given.type.is)) return;
  throw wrongType(given, wanted.map((is) => typeWords(simple(is))).join(' or '));
}

const simple = (is: FormulaType['is']): FormulaType =>
  is === 'list'
    ? { is, of: { is: 'empty' } }
    : is === 'record'
      ? { is, object: '' }
      : ({ is } as FormulaType);

/** Returns the error for a part that is of another type than wanted. */
export function wrongType(given: Part, wanted: string) {
  const found = typeWords(given.type);
  const mend =
    given.type.is === 'record'
      ? ' Choose a field of it, such as account.name.'
      : wanted === 'text'
        ? ' Use text(…) to make text of it.'
        : '';
  return errorAt(given.place, 'formulaWrongType', `This is ${found}, but ${wanted} is needed here.${mend}`, {
    found,
    wanted,
  });
}
