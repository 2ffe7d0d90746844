import { isLink } from '@pellucid/conditions';
import { numberNotation } from '@pellucid/conditions/locale-text';
import { csvLines } from '@pellucid/platform/csv';
import {
  contextLanguage,
  type FieldDescriptor,
  listCell,
  type RecordDescriptor,
  SERVER_FIELD_TYPES,
} from '@pellucid/platform/records';
import { isTarget, targetLabel } from './import-targets.js';

/** An example of a day: of a month with names in all languages, after the 12th, so that it can be read in one way only. */
const DAY = new Date(Date.UTC(2026, 11, 31));

/**
 * Returns a CSV file for records of an object: a column for each field that can be filled, and a row with examples in the
 * notation of a locale. Its columns are mapped by their names.
 * @param descriptor with the fields that the caller may fill
 * @param descriptors returns the description of a referenced object
 */
export function blankFile(
  descriptor: RecordDescriptor,
  descriptors: (object: string) => RecordDescriptor,
  locale: string,
): string {
  const fields = [...descriptor.fields, ...descriptor.lines.flatMap((lines) => lines.fields)].filter(
    isTarget,
  );
  const header = fields.map((field) => targetLabel(field));
  const { decimalMark } = numberNotation(locale);
  const examples = fields.map((field) => exampleOf(field, descriptor, descriptors, locale));
  // Spreadsheet programs recognise UTF-8 by the byte order mark.
  return `\ufeff${csvLines([header, examples], { delimiter: decimalMark === ',' ? ';' : ',' })}`;
}

function exampleOf(
  field: FieldDescriptor,
  { label: object, nameFields }: RecordDescriptor,
  descriptors: (object: string) => RecordDescriptor,
  locale: string,
): string {
  const { family, isAmount } = field.traits;
  if (field.references) {
    const { emailField, label } = descriptors(field.references);
    return emailField ? SERVER_FIELD_TYPES.email.example! : `${EXAMPLE[contextLanguage()]} ${label}`;
  }
  if (isLink(family)) return '';
  if (field.options) {
    const labels = field.options.filter((option) => !option.retired).map(({ label }) => label);
    return field.traits.isList ? listCell(labels.slice(0, 2)) : (labels[0] ?? '');
  }
  if (family === 'boolean') return YES[contextLanguage()];
  if (family === 'decimal') {
    const { decimalMark } = numberNotation(locale);
    const [whole, digits] = isAmount ? ['1250', '00'] : ['12', '5'.slice(0, field.scale)];
    return digits ? whole + decimalMark + digits : whole;
  }
  if (family === 'date' || family === 'datetime') {
    const day = new Intl.DateTimeFormat(locale, {
      timeZone: 'UTC',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).format(DAY);
    return family === 'date' ? day : `${day} 14:30`;
  }
  if (!field.traits.isFreeText || field.traits.isMultiline) return field.traits.example ?? '';
  const example = EXAMPLE[contextLanguage()];
  return nameFields.includes(field.key) ? `${example} ${object}` : example;
}

const EXAMPLE = { en: 'Example', de: 'Beispiel' };
const YES = { en: 'yes', de: 'ja' };
