/** Rules of a field that depend on other values of its record. Forms and the server judge by the same ones. */
import type { Condition } from './condition.types.js';

/** What differs for records of a legal entity. */
export interface FieldDifference {
  required?: boolean | undefined;
  hidden?: boolean | undefined;
  /** Values of the options that can be chosen. */
  options?: readonly string[] | undefined;
}

/** What decides whether a record has, and needs, a value of the field. */
export interface PresenceRules {
  required?: boolean | undefined;
  requiredIf?: Condition | undefined;
  visibleIf?: Condition | undefined;
}

/** Whether forms show the field. @param holds whether a condition holds for the record */
export function isFieldShown(
  { visibleIf }: PresenceRules,
  difference: FieldDifference | undefined,
  holds: (condition: Condition) => boolean,
): boolean {
  return !difference?.hidden && (!visibleIf || holds(visibleIf));
}

/** Whether the record needs a value of the field. @param holds whether a condition holds for the record */
export function isFieldRequired(
  rules: PresenceRules,
  difference: FieldDifference | undefined,
  holds: (condition: Condition) => boolean,
): boolean {
  if (!isFieldShown(rules, difference, holds)) return false;
  return difference?.required ?? Boolean(rules.required || (rules.requiredIf && holds(rules.requiredIf)));
}

/**
 * Whether an option can be chosen with the record's other values. Options that are retired aren't judged here.
 * @param deciding values of the field that the options depend on; undefined if they depend on none
 */
export function isOptionOpen(
  { value, for: needed }: { value: string; for?: readonly string[] | undefined },
  difference: FieldDifference | undefined,
  deciding: readonly unknown[] | undefined,
): boolean {
  if (difference?.options && !difference.options.includes(value)) return false;
  return !deciding || !needed || deciding.some((decider) => needed.includes(String(decider)));
}
