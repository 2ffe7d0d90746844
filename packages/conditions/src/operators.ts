/** Every operator with what a filter builder needs to show it. The operators of field types: see type-operators.ts. */

/**
 * The form of an operator's value: `one` a value of the field's type, `two` a pair `[low, high]`, `list` an array,
 * `days` a whole number of days, `none` nothing (`exists` and `empty` also take true or false, by default true).
 */
export type Arity = 'none' | 'one' | 'two' | 'list' | 'days';

/** What a filter builder needs to show an operator. */
export interface OperatorInfo {
  label: string;
  arity: Arity;
}

const COMPARISON = {
  eq: { label: 'is', arity: 'one' },
  neq: { label: 'is not', arity: 'one' },
  in: { label: 'is any of', arity: 'list' },
  nin: { label: 'is none of', arity: 'list' },
  contains: { label: 'contains', arity: 'one' },
  startswith: { label: 'starts with', arity: 'one' },
  endswith: { label: 'ends with', arity: 'one' },
  gt: { label: 'is more than', arity: 'one' },
  gte: { label: 'is at least', arity: 'one' },
  lt: { label: 'is less than', arity: 'one' },
  lte: { label: 'is at most', arity: 'one' },
  between: { label: 'is between', arity: 'two' },
  exists: { label: 'has a value', arity: 'none' },
  empty: { label: 'is empty', arity: 'none' },
} as const satisfies Record<string, OperatorInfo>;

const RELATIVE = {
  today: { label: 'is today', arity: 'none' },
  yesterday: { label: 'was yesterday', arity: 'none' },
  tomorrow: { label: 'is tomorrow', arity: 'none' },
  this_week: { label: 'is this week', arity: 'none' },
  last_week: { label: 'was last week', arity: 'none' },
  next_week: { label: 'is next week', arity: 'none' },
  this_month: { label: 'is this month', arity: 'none' },
  last_month: { label: 'was last month', arity: 'none' },
  next_month: { label: 'is next month', arity: 'none' },
  this_quarter: { label: 'is this quarter', arity: 'none' },
  last_quarter: { label: 'was last quarter', arity: 'none' },
  next_quarter: { label: 'is next quarter', arity: 'none' },
  this_year: { label: 'is this year', arity: 'none' },
  last_year: { label: 'was last year', arity: 'none' },
  next_year: { label: 'is next year', arity: 'none' },
  this_fiscal_quarter: { label: 'is this fiscal quarter', arity: 'none' },
  last_fiscal_quarter: { label: 'was last fiscal quarter', arity: 'none' },
  next_fiscal_quarter: { label: 'is next fiscal quarter', arity: 'none' },
  this_fiscal_year: { label: 'is this fiscal year', arity: 'none' },
  last_fiscal_year: { label: 'was last fiscal year', arity: 'none' },
  next_fiscal_year: { label: 'is next fiscal year', arity: 'none' },
  last_n_days: { label: 'is in the last … days', arity: 'days' },
  next_n_days: { label: 'is in the next … days', arity: 'days' },
  older_than_n_days: { label: 'is more than … days ago', arity: 'days' },
  before_today: { label: 'is before today', arity: 'none' },
  after_today: { label: 'is after today', arity: 'none' },
} as const satisfies Record<string, OperatorInfo>;

const CHANGE = {
  changed: { label: 'changed', arity: 'none' },
  changed_to: { label: 'changed to', arity: 'one' },
  changed_from: { label: 'changed from', arity: 'one' },
  was: { label: 'was', arity: 'one' },
} as const satisfies Record<string, OperatorInfo>;

/** Operators that compare a record before and after a change. Only memory knows both, so no SQL is made of them. */
export type ChangeOperator = keyof typeof CHANGE;

/** Operators that compare a date with the current one, such as `today` or `last_n_days`. */
export type RelativeOperator = keyof typeof RELATIVE;
export type Operator = keyof typeof COMPARISON | RelativeOperator | ChangeOperator;

/** Label and arity of every operator, in the order in which a menu should show them. */
export const OPERATORS: Readonly<Record<Operator, OperatorInfo>> = {
  ...COMPARISON,
  ...RELATIVE,
  ...CHANGE,
};

const NAMES = Object.keys(OPERATORS) as Operator[];
const STATE_NAMES = Object.keys({ ...COMPARISON, ...RELATIVE }) as Exclude<Operator, ChangeOperator>[];

/** The operators that depend on the current time, in menu order. */
export const RELATIVE_OPERATORS = Object.keys(RELATIVE) as readonly RelativeOperator[];

/** Whether a value is the name of an operator. */
export function isOperator(name: unknown): name is Operator {
  return typeof name === 'string' && Object.hasOwn(OPERATORS, name);
}

/** Whether an operator depends on the current time. */
export function isRelativeOperator(name: Operator): name is RelativeOperator {
  return Object.hasOwn(RELATIVE, name);
}

/** Whether an operator compares a record before and after a change. */
export function isChangeOperator(name: Operator): name is ChangeOperator {
  return Object.hasOwn(CHANGE, name);
}

/** Returns the names of the operators that need one state of a record, in menu order: those of filters. */
export function stateOperatorNames(): readonly Exclude<Operator, ChangeOperator>[] {
  return STATE_NAMES;
}

/** Returns the names of all operators, in menu order. */
export function operatorNames(): readonly Operator[] {
  return NAMES;
}
