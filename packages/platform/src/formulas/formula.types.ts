/** What a value of a formula is. Numbers know how many decimals they can have; undefined is any number. */
export type FormulaType =
  | { is: 'number'; scale: number | undefined }
  | { is: 'text' }
  | { is: 'boolean' }
  | { is: 'date' }
  | { is: 'datetime' }
  /** A record, by its id. */
  | { is: 'record'; object: string }
  | { is: 'list'; of: FormulaType }
  /** Of the literal `null` alone. */
  | { is: 'empty' };

/** A value: numbers as decimal text, dates as `2026-11-30`, instants as ISO 8601 in UTC, records as id; null if empty. */
export type FormulaValue = string | boolean | null | readonly FormulaValue[];

/** A name that a formula can use. */
export interface FormulaName {
  /** How the formula reads it. */
  read: FormulaRead;
  type: FormulaType;
  /** Why formulas can't use it, as a whole sentence; undefined if they can. */
  refusal?: string;
  /** The names of a record that it refers to, or of its lines. */
  inner?: FormulaNames;
}

/** Looks up names. */
export interface FormulaNames {
  /** Returns what a name means; undefined if it means nothing. */
  find(name: string): FormulaName | undefined;
  /** All names, to suggest one. */
  all(): Iterable<string>;
}

/** Something that a formula reads: a field of the record, of one that it refers to, or of its lines. */
export interface FormulaRead {
  /** Key of the record's field or lines. */
  key: string;
  /** Key of the other record's field; undefined for the record's own. */
  far?: string;
  /** Name of the field of lines. */
  inLines?: string;
}

/** What a formula is evaluated with. */
export interface FormulaInputs {
  /** Returns the value of what is read, as the formula's type says; a list for fields of lines. */
  value(read: FormulaRead): FormulaValue;
  /** The date in the company's zone. */
  today: string;
  /** IANA zone by which instants become dates. */
  zone: string;
}

/** Why a formula is refused, or has no value. Positions are UTF-16 offsets into its text. */
export interface FormulaProblem {
  code: FormulaProblemCode;
  message: string;
  start: number;
  end: number;
  params?: Record<string, unknown>;
}

export type FormulaProblemCode =
  | 'formulaSyntax'
  | 'formulaTooLong'
  | 'formulaTooComplex'
  | 'formulaUnknownName'
  | 'formulaUnknownFunction'
  | 'formulaNotAllowed'
  | 'formulaWrongType'
  | 'formulaWrongArguments'
  | 'formulaDivisionByZero'
  | 'formulaTooExpensive'
  | 'formulaOutOfRange'
  | 'formulaNoDate';

/** Thrown inside of this room; `checkFormula` and `evaluate` return its problem. */
export class FormulaError extends Error {
  constructor(readonly problem: FormulaProblem) {
    super(problem.message);
  }
}

/** A value, or why there is none. */
export type FormulaResult = { value: FormulaValue } | { problem: FormulaProblem };

/** A formula that was checked. */
export interface Formula {
  text: string;
  type: FormulaType;
  /** Everything that it reads, each once. */
  reads: readonly FormulaRead[];
  /** Whether its value depends on the date. */
  asksToday: boolean;
  /** Returns its value. Costs at most {@link FORMULA_LIMITS}.steps. */
  evaluate(inputs: FormulaInputs): FormulaResult;
}

/** What formulas may cost. */
export const FORMULA_LIMITS = {
  /** Characters of a formula. */
  length: 4_000,
  /** Parts of a formula: names, values, operators. */
  nodes: 500,
  /** Parentheses and operators inside of each other. */
  depth: 50,
  /** Parts evaluated for one value. Only functions over lists evaluate parts more than once. */
  steps: 20_000,
  /** Digits of a number on the way to the result. */
  digits: 100,
  /** Characters of a text on the way to the result. */
  characters: 10_000,
  /** Decimals of a quotient, which is rounded half up. */
  quotientScale: 20,
} as const;
