import { normalizeText } from '@pellucid/conditions';
import type { FieldDescriptor } from '@pellucid/platform/records';
import { type DateOrder, instantOf, parseDateText } from '@pellucid/conditions/locale-text';
import { type DecimalMark, parseNumberText } from '@pellucid/conditions/locale-text';

/** How the cells of a column are to be read. */
export interface ColumnConventions {
  dateOrder: DateOrder;
  decimalMark: DecimalMark;
  /** IANA zone for times without an offset. */
  zone: string;
}

/** A cell that cannot be read as its field's type; the message is for the person. */
export class CellError extends Error {
  override name = 'CellError';
}

const TRUE = new Set(['true', 'yes', 'y', '1', 't', 'on', 'x', 'ja', 'oui', 'si', 'wahr', 'vrai', 'sim']);
const FALSE = new Set(['false', 'no', 'n', '0', 'f', 'off', 'nein', 'non', 'falsch', 'faux', 'nao', '-']);
const ORDER_NAMES: Record<DateOrder, string> = {
  YMD: 'year-month-day',
  DMY: 'day-month-year',
  MDY: 'month-day-year',
};

const shown = (text: string) => `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;

/**
 * Cell → value in API form, by the field's type. References and lists of references are not for it.
 * @param text not blank
 * @throws CellError
 */
export function cellValue(text: string, field: FieldDescriptor, conventions: ColumnConventions): unknown {
  switch (field.type) {
    case 'number':
    case 'money': {
      const number = parseNumberText(text, conventions.decimalMark);
      if (number === undefined)
        throw new CellError(
          `${shown(text)} is no number for "${field.label}" (decimal mark: "${conventions.decimalMark}").`,
        );
      return number;
    }
    case 'boolean': {
      const word = normalizeText(text.trim());
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      throw new CellError(`${shown(text)} is neither yes nor no for "${field.label}".`);
    }
    case 'date':
    case 'datetime': {
      const written = parseDateText(text, conventions.dateOrder);
      if (!written)
        throw new CellError(
          `${shown(text)} is no date for "${field.label}" (read as ${ORDER_NAMES[conventions.dateOrder]}).`,
        );
      return field.type === 'date' ? written.date : instantOf(written, conventions.zone);
    }
    case 'select':
      return optionOf(field, text) ?? text.trim();
    case 'multiSelect':
      return listItems(text).map((item) => optionOf(field, item) ?? item);
    case 'email':
    case 'url':
    case 'phone':
      return text.trim();
    default:
      return text;
  }
}

/** The option a text means, by value or label, case and accents aside. */
export function optionOf(field: FieldDescriptor, text: string): string | undefined {
  const wanted = normalizeText(text.trim());
  const options = field.options ?? [];
  return (
    options.find((o) => o.value === text)?.value ??
    options.find((o) => normalizeText(o.value) === wanted)?.value ??
    options.find((o) => normalizeText(o.label) === wanted)?.value
  );
}

/** Items of a list cell: parted by semicolons, or by commas where there is no semicolon, or line breaks. */
export function listItems(text: string): string[] {
  const items = text.split(text.includes(';') ? ';' : /[,\n]/);
  return [...new Set(items.map((item) => item.trim()).filter(Boolean))];
}
