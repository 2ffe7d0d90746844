/** What the condition tree is made of. See ../README.md for the decided semantics. */
import type { Operator } from './operators.js';
import type { TextForm } from './text-form.js';

export type FieldType =
  | 'text'
  | 'longText'
  | 'number'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'select'
  | 'multiSelect'
  | 'email'
  | 'phone'
  | 'url'
  | 'reference';

/** One comparison. `field` is a dotted path, `value` depends on the operator's arity. */
export interface Leaf {
  field: string;
  op: Operator;
  value?: unknown;
}

/** `{all: []}` is true, `{any: []}` is false. */
export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | Leaf;

/** What a comparison has to know about a field. */
export interface FieldInfo {
  key: string;
  type: FieldType;
  /** Decimals of the stored scaled bigint: 0 when absent for `number`, 2 when absent for `money`. */
  scale?: number;
  /** Where given, a select or multiSelect value must be one of them. */
  options?: { value: string; label: string }[];
  /** Key of the object a reference points at. */
  references?: string;
  /** Kept encrypted: its values can be told equal, not searched within. */
  encrypted?: boolean;
  /** How its texts are compared, where not as names are (e-mail addresses, phone numbers). */
  textForm?: TextForm;
}

export interface FieldResolver {
  /** In: a dotted path, split. Out: its last field, undefined where there is no such field. */
  field(path: string[]): FieldInfo | undefined;
}

/** The explicit "now" and zone that relative dates and local days are taken in. */
export interface EvaluationClock {
  now: Date;
  /** IANA zone name. */
  zone: string;
  /** First day of the week, 0 = Sunday; Monday when absent. */
  weekStart?: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /** Month (1–12) in which the fiscal year begins; January when absent. */
  fiscalYearStartMonth?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
}

export type ConditionProblemCode =
  | 'unknown_field'
  | 'operator_not_allowed'
  | 'value_missing'
  | 'value_unexpected'
  | 'null_value'
  | 'wrong_type'
  | 'out_of_range'
  | 'unknown_option'
  | 'invalid_text'
  | 'empty_value'
  | 'reversed_range';

/** `pointer` is an RFC 6901 JSON pointer into the tree; `message` says how to mend it. */
export interface ConditionProblem {
  pointer: string;
  code: ConditionProblemCode;
  message: string;
}

/** Thrown where a tree is compiled that `checkCondition` would have refused. */
export class ConditionError extends Error {
  constructor(readonly problems: ConditionProblem[]) {
    super(problems.map((problem) => `${problem.pointer || '/'}: ${problem.message}`).join('; '));
    this.name = 'ConditionError';
  }
}
