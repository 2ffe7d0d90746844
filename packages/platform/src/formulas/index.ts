/**
 * Formulas: expressions in the grammar of CEL (https://cel.dev) over the fields of a record, of the records that it refers
 * to, and of its lines. Checked against the description before they are stored.
 *
 * - **Numbers** are exact decimals: 0.1 + 0.2 is 0.3. A quotient is rounded half up to 20 decimals, and what is stored to the
 *   decimals of the field.
 * - **Empty values**: an operation on an empty value is empty. Exceptions: an empty text adds nothing to another;
 *   `==` and `!=` compare with it; `<`, `<=`, `>` and `>=` don't hold for it; a condition that is empty doesn't hold;
 *   `sum`, `avg`, `min`, `max` and `coalesce` leave it out. A field of a record that isn't there is empty.
 * - **Texts** are compared character by character, case included.
 * - **Dates**: `today()` is the date in the company's zone, as is the date of an instant. Dates differ by whole days, instants
 *   by days with six decimals.
 * - **Cost** is limited by parts, steps, digits and characters, never by time, so a formula gives the same result on every machine.
 *   There are no patterns (`matches`), no maps and no time of day.
 */
import { Compiler } from './compiler.js';
import {
  type Formula,
  FormulaError,
  type FormulaInputs,
  type FormulaNames,
  type FormulaProblem,
  type FormulaResult,
} from './formula.types.js';
import { FORMULA_FUNCTIONS } from './functions.js';
import { LIST_FUNCTIONS } from './lists.js';
import type { Run } from './part.js';
import { parseFormula } from './syntax.js';

/** Checks a formula. @returns the formula, or why it is refused */
export function checkFormula(text: string, names: FormulaNames): Formula | { problem: FormulaProblem } {
  const compiler = new Compiler(names);
  try {
    const root = compiler.compile(parseFormula(text));
    return {
      text,
      type: root.type,
      reads: [...compiler.reads.values()],
      asksToday: compiler.asksToday,
      evaluate: (inputs) => evaluated(root.run, inputs),
    };
  } catch (error) {
    if (error instanceof FormulaError) return { problem: error.problem };
    throw error;
  }
}

function evaluated(run: (env: Run) => unknown, inputs: FormulaInputs): FormulaResult {
  try {
    return { value: run({ inputs, locals: {}, steps: 0 }) as never };
  } catch (error) {
    if (error instanceof FormulaError) return { problem: error.problem };
    throw error;
  }
}

/** The functions that editors offer, by name. `today` isn't among them: stored values can't follow the date. */
export const FORMULA_FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(FORMULA_FUNCTIONS),
  ...Object.keys(LIST_FUNCTIONS),
];

export {
  FORMULA_LIMITS,
  type Formula,
  type FormulaInputs,
  type FormulaName,
  type FormulaNames,
  type FormulaProblem,
  type FormulaRead,
  type FormulaResult,
  type FormulaType,
  type FormulaValue,
} from './formula.types.js';
export { typeWords } from './types.js';
