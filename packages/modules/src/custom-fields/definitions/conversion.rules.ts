/** Changing the type of a field: which values fit, and what they become. */
import type { FieldProblem } from '@pellucid/platform/errors';
import {
  CellError,
  type ColumnConventions,
  type FieldDescriptor,
  FieldValueError,
  parseFieldValue,
  type ServerFieldType,
} from '@pellucid/platform/records';
import type { FieldContent, TypeWish } from './definition.types.js';

/** Whether values of a type can become values of another one. Records can't: a text names none for certain. */
export const isConvertible = ({ ownSettings }: ServerFieldType): boolean =>
  ownSettings !== undefined && !ownSettings.includes('references') && !ownSettings.includes('linksTo');

/** Returns the definition after a change of type: what was said about values of the earlier type is dropped. */
export function withType(
  {
    object,
    name,
    label,
    labels,
    help,
    helps,
    section,
    required,
    requiredIf,
    visibleIf,
    ...more
  }: FieldContent,
  wish: TypeWish,
): FieldContent {
  const { unique, indexed, audited, pii, defaultColumn } = more;
  return {
    object,
    name,
    label,
    labels,
    help,
    helps,
    section,
    required,
    requiredIf,
    visibleIf,
    unique,
    indexed,
    audited,
    pii,
    defaultColumn,
    ...wish,
  };
}

/**
 * Returns what a value becomes, or why it doesn't fit. Values are written as in a file and read again, so dates, numbers and
 * options are understood as in an import.
 */
export function convertedValue(
  value: unknown,
  from: FieldDescriptor,
  to: FieldDescriptor,
  conventions: ColumnConventions,
): { value: unknown } | { problem: FieldProblem } {
  const text = cellOf(value, from, to);
  try {
    return parseFieldValue(to, to.traits.cell.read(text, to, conventions, false));
  } catch (error) {
    if (!(error instanceof CellError) && !(error instanceof FieldValueError)) throw error;
    return { problem: { pointer: `/custom/${to.custom!.name}`, code: 'doesNotFit', message: error.message } };
  }
}

/** A single item may contain what separates the items of a list in a cell. */
function cellOf(value: unknown, from: FieldDescriptor, to: FieldDescriptor): string {
  const isSingle = Array.isArray(value) && value.length === 1;
  const text = isSingle ? String(value[0]) : from.traits.cell.write(value, from);
  return to.traits.isList && (isSingle || !from.traits.isList) ? `${text};` : text;
}
