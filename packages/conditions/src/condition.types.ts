/** The types of the condition tree. See ../README.md for its semantics. */
import type { FieldType } from './field-types/index.js';
import type { Operator } from './operators.js';
import type { TextForm } from './text-form.js';

/** One comparison. `field` is a dotted path; `value` depends on the operator's arity. */
export interface Leaf {
  field: string;
  op: Operator;
  value?: unknown;
}

/** How many of a record's lines a condition must hold for. */
export const LINE_MATCHES = ['any', 'none', 'every'] as const;
export type LineMatch = (typeof LINE_MATCHES)[number];

/**
 * A question about the lines that a record owns: whether the condition holds for at least one, for none or for every one.
 * `every` is true if there are no lines. The fields in `where` are those of the lines: `lines.quantity`.
 */
export interface LinesCondition {
  /** Key of the lines. */
  lines: string;
  match: LineMatch;
  where: Condition;
}

/** `{all: []}` is true, `{any: []}` is false. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | LinesCondition
  | Leaf;

/** What a comparison needs to know about a field. */
export interface FieldInfo {
  key: string;
  type: FieldType;
  /** Decimals of the stored scaled bigint; by default 2 for amounts, else 0. */
  scale?: number;
  /** If given, a select or multiSelect value must be one of them. */
  options?: { value: string; label: string }[];
  /** Key of the object that a reference points at. */
  references?: string;
  /** Stored encrypted: its values can be compared for equality, but not searched for parts. */
  encrypted?: boolean;
  /** How its texts are compared, if not like names (e-mail addresses, phone numbers). */
  textForm?: TextForm;
}

/** Looks up the fields that the caller may filter by. */
export interface FieldResolver {
  /** Returns the last field of a split dotted path; undefined if the field does not exist. */
  field(path: string[]): FieldInfo | undefined;
  /** Looks up the fields of lines by their path, `["lines", "quantity"]`; undefined if there are no such lines. */
  lines?(key: string): FieldResolver | undefined;
}

/** The explicit "now" and time zone for relative dates and local days. */
export interface EvaluationClock {
  now: Date;
  /** IANA zone name. */
  zone: string;
  /** First day of the week, 0 = Sunday; Monday by default. */
  weekStart?: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /** Month (1–12) in which the fiscal year begins; January by default. */
  fiscalYearStartMonth?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
}

/** Stable codes of the problems that a tree can have. */
export type ConditionProblemCode =
  | 'unknown_field'
  | 'operator_not_allowed'
  | 'needs_change'
  | 'value_missing'
  | 'value_unexpected'
  | 'null_value'
  | 'wrong_type'
  | 'out_of_range'
  | 'inexact'
  | 'unknown_option'
  | 'invalid_text'
  | 'empty_value'
  | 'reversed_range';

/** A problem in a tree. `pointer` is an RFC 6901 JSON pointer into it; `message` says how to correct it. */
export interface ConditionProblem {
  pointer: string;
  code: ConditionProblemCode;
  message: string;
}

/** Thrown when compiling a tree that `checkCondition` would have refused. */
export class ConditionError extends Error {
  constructor(readonly problems: ConditionProblem[]) {
    super(problems.map((problem) => `${problem.pointer || '/'}: ${problem.message}`).join('; '));
    this.name = 'ConditionError';
  }
}
