import { type Condition, normalizeText } from '@pellucid/conditions';
import { type FieldProblem, pointer } from '../../errors/index.js';

/** How a request selects existing records: by exactly one of ids, filter with search, and `all`. */
export interface Selection {
  ids?: string[];
  filter?: unknown;
  q?: string;
  /** Every record that the caller sees. Must be given explicitly; leaving the rest out never means all. */
  all?: true;
}

/** Invisible characters: blanks, controls, zero-width and other default-ignorable ones. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/** Whether a text is empty in the form in which texts are compared. */
export function isBlankText(text: string): boolean {
  return normalizeText(text).replace(INVISIBLE, '') === '';
}

const ALL_INSTEAD = 'To select every record, give "all": true instead.';

/**
 * Returns the parts of a selection that select nothing: blank search, no ids, a filter or a part of one that is empty.
 * Requests that change records are refused for each of them, since an empty condition would select everything.
 */
export function blankProblems(selection: Selection): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const blank = (at: string, message: string) =>
    problems.push({ pointer: at, code: 'selectionBlank', message: `${message} ${ALL_INSTEAD}` });
  if (selection.q !== undefined && isBlankText(selection.q)) blank(pointer('q'), 'Enter text to search for.');
  if (selection.ids?.length === 0) blank(pointer('ids'), 'Send at least one ID.');
  if (selection.filter !== undefined)
    for (const { at, message } of blankParts(selection.filter as Condition))
      blank(`${pointer('filter')}${at}`, message);
  return problems;
}

/** Returns the empty parts of a condition by JSON pointer: empty groups, empty lists, blank texts. */
export function blankParts(condition: Condition, at = ''): { at: string; message: string }[] {
  if ('not' in condition) return blankParts(condition.not, `${at}/not`);
  if ('lines' in condition) return blankParts(condition.where, `${at}/where`);
  if ('field' in condition) {
    const { value } = condition;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value) && value.length === 0)
      return [{ at: `${at}/value`, message: 'Enter at least one value to compare with.' }];
    return values.some((each) => typeof each === 'string' && isBlankText(each))
      ? [{ at: `${at}/value`, message: 'Enter text to compare with.' }]
      : [];
  }
  const key = 'all' in condition ? 'all' : 'any';
  const children = 'all' in condition ? condition.all : condition.any;
  if (!children.length) return [{ at: `${at}/${key}`, message: 'Add at least one condition.' }];
  return children.flatMap((child, i) => blankParts(child, `${at}/${key}/${i}`));
}
