import { normalizeText, optionMeant, tidyText } from '@pellucid/conditions';
import { type DateOrder, instantOf, parseDateText } from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '@pellucid/platform/records';
import { numberOf } from './amount-cell.js';
import { CellError, shownText } from './cell-error.js';
import type { ColumnConventions } from './column-conventions.js';

const TRUE = new Set(['true', 'yes', 'y', '1', 't', 'on', 'x', 'ja', 'oui', 'si', 'wahr', 'vrai', 'sim']);
const FALSE = new Set(['false', 'no', 'n', '0', 'f', 'off', 'nein', 'non', 'falsch', 'faux', 'nao', '-']);
const ORDER_NAMES: Record<DateOrder, string> = {
  YMD: 'year-month-day',
  DMY: 'day-month-year',
  MDY: 'month-day-year',
};

/**
 * Converts a cell to a value in API form, by the field's type. Not for references or lists of references.
 * @param text not blank
 * @param isNumber whether it is a number of a workbook
 * @throws CellError
 */
export function cellValue(
  text: string,
  field: FieldDescriptor,
  conventions: ColumnConventions,
  isNumber = false,
): unknown {
  switch (field.type) {
    case 'number':
    case 'money':
      return numberOf(text, field, conventions, isNumber).value;
    case 'boolean': {
      const word = normalizeText(text);
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      throw new CellError(`${shownText(text)} isn't yes or no for "${field.label}".`);
    }
    case 'date':
    case 'datetime': {
      const written = parseDateText(text, conventions.dateOrder);
      if (!written)
        throw new CellError(
          `${shownText(text)} isn't a date for "${field.label}" (read as ${ORDER_NAMES[conventions.dateOrder]}).`,
        );
      return field.type === 'date' ? written.date : instantOf(written, conventions.zone);
    }
    case 'select':
      return optionOf(field, text) ?? tidyText(text);
    case 'multiSelect':
      return listItems(text).map((item) => optionOf(field, item) ?? item);
    case 'longText':
      return text;
    default:
      return tidyText(text);
  }
}

/** Returns the option that a text means, by value or label in normal form. */
export function optionOf(field: FieldDescriptor, text: string): string | undefined {
  return optionMeant(field.options ?? [], text);
}

/** Splits a list cell into its items: at semicolons and line breaks, or at commas if there is no semicolon. */
export function listItems(text: string): string[] {
  const items = text.split(text.includes(';') ? ';' : /[,\n]/);
  return [...new Set(items.map(tidyText).filter(Boolean))];
}
