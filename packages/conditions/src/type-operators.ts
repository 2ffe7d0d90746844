/** The operators of each field type. */
import { EQUALITY, PRESENCE } from './field-types/families.js';
import { FIELD_TYPES, type FieldType, type ValueFamily } from './field-types/index.js';
import { type Operator, OPERATORS } from './operators.js';

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
  return FIELD_TYPES[type].operators.filter(
    (op) => !encrypted || EQUALITY.includes(op) || PRESENCE.includes(op),
  );
}

/** Whether a field of this type supports the operator; see {@link operatorsFor}. */
export function takesOperator(type: FieldType, op: Operator, encrypted = false): boolean {
  return operatorsFor(type, encrypted).includes(op);
}
