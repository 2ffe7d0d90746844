/** The operators of each field type. */
import { FIELD_TYPES, type FieldType, type ValueFamily } from './field-types/index.js';
import {
  isChangeOperator,
  type Operator,
  operatorNames,
  OPERATORS,
  RELATIVE_OPERATORS,
} from './operators.js';

const EQUALITY: readonly Operator[] = ['eq', 'neq', 'in', 'nin'];
const PRESENCE: readonly Operator[] = ['exists', 'empty'];
const ORDER: readonly Operator[] = ['gt', 'gte', 'lt', 'lte', 'between'];

/** Operators of each family, in menu order. Not among its traits, so that pages without filters need not load them. */
const BY_FAMILY: Readonly<Record<ValueFamily, readonly Operator[]>> = {
  text: [...EQUALITY, 'contains', 'startswith', 'endswith', ...PRESENCE],
  decimal: [...EQUALITY, ...ORDER, ...PRESENCE],
  boolean: ['eq', 'neq', ...PRESENCE],
  date: [...EQUALITY, ...ORDER, ...PRESENCE, ...RELATIVE_OPERATORS],
  datetime: [...EQUALITY, ...ORDER, ...PRESENCE, ...RELATIVE_OPERATORS],
  choice: [...EQUALITY, ...PRESENCE],
  set: ['contains', 'in', 'nin', ...PRESENCE],
  reference: [...EQUALITY, ...PRESENCE],
  link: [...EQUALITY, ...PRESENCE],
  links: ['contains', 'in', 'nin', ...PRESENCE],
};
const CHANGE_OPERATORS = operatorNames().filter(isChangeOperator);

/** Dates come before and after each other; they are not more or less. */
const DATE_LABELS: Partial<Record<Operator, string>> = {
  gt: 'is after',
  gte: 'is on or after',
  lt: 'is before',
  lte: 'is on or before',
};
const LABELS: Partial<Record<ValueFamily, Partial<Record<Operator, string>>>> = {
  date: { eq: 'is on', neq: 'is not on', ...DATE_LABELS },
  datetime: DATE_LABELS,
};

/** Returns the English label of an operator for a field type ("is after" for dates, "is more than" for numbers). */
export function operatorLabel(op: Operator, type?: FieldType): string {
  const labels = type && LABELS[FIELD_TYPES[type].family];
  return labels?.[op] ?? OPERATORS[op].label;
}

/**
 * Returns the operators for a field of this type, in menu order.
 * @param encrypted whether its values are stored encrypted, so that they can only be compared for equality
 */
export function operatorsFor(type: FieldType, encrypted = false): Operator[] {
  const all = BY_FAMILY[FIELD_TYPES[type].family];
  return all.filter((op) => !encrypted || EQUALITY.includes(op) || PRESENCE.includes(op));
}

/** Returns the operators for a field in a condition over a change, in menu order. Encryption is no limit in memory. */
export function changeOperatorsFor(type: FieldType): Operator[] {
  return [...operatorsFor(type), ...CHANGE_OPERATORS];
}

/** Whether a field of this type supports the operator; see {@link operatorsFor}. */
export function takesOperator(type: FieldType, op: Operator, encrypted = false): boolean {
  return operatorsFor(type, encrypted).includes(op);
}
