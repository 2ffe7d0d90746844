/** The values of cells as text on the clipboard, and back. */
import { FIELD_TYPES, optionMeant } from '@pellucid/conditions';
import { plainText, type RichTextDocument } from '@pellucid/conditions/rich-text';
import type { TFunction } from 'i18next';
import type { Formats } from '@/lib/format/formats';
import { readDate, readNumber } from '@/lib/typed/readings';
import { listRecords } from '../../api/list-records';
import { WEB_FIELD_TYPES } from '../../field-types';
import {
  currencyIn,
  type FieldDescription,
  isReference,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../../object-description';

/** In: a value as records contain it. Out: the text that a spreadsheet gets. */
export function textOfValue(field: FieldDescription, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => textOfValue(field, each)).join('; ');
  if (isReference(value)) return value.name;
  if (FIELD_TYPES[field.type].isDocument) return plainText(value as RichTextDocument);
  return field.options?.find((option) => option.value === value)?.label ?? String(value);
}

/** A text that was read, or why it can't be. */
export type CellReading = { value: unknown } | { message: string };

interface Reader {
  objects: ObjectDescription[];
  formats: Formats;
  /** For texts of the app and of views. */
  t: TFunction;
}

const LIST = /[;,]/;

/**
 * Reads a pasted text as the value of a field. Looks up records by their names.
 * @param record tells the currency of an amount
 */
export async function readCell(
  field: FieldDescription,
  text: string,
  record: RecordData,
  { objects, formats, t }: Reader,
): Promise<CellReading> {
  const given = text.trim();
  const { family, isAmount, isFreeText } = FIELD_TYPES[field.type];
  if (given === '')
    return field.required
      ? { message: t('records:form.required', { field: field.label }) }
      : { value: family === 'set' ? [] : null };
  switch (family) {
    case 'decimal': {
      const currency = isAmount
        ? (field.currency ?? (field.ownCurrency ? currencyIn(field, record) : formats.baseCurrency))
        : undefined;
      const plain = /^-?\d+(\.\d+)?$/.test(given) ? given : undefined;
      const reading = readNumber(
        given,
        { decimals: field.scale, currency, min: field.min, max: field.max },
        formats,
        t as never,
      );
      if ('message' in reading && plain === undefined) return reading;
      const decimal = 'value' in reading ? reading.value : plain;
      if (decimal === undefined) return { message: t('paste.ambiguous', { text: given }) };
      const { fromDecimal = String } = WEB_FIELD_TYPES[field.type];
      return { value: fromDecimal(decimal, field) };
    }
    case 'date': {
      if (/^\d{4}-\d\d-\d\d$/.test(given)) return { value: given };
      const reading = readDate(given, formats, t as never);
      return 'ambiguous' in reading ? { message: t('paste.ambiguous', { text: given }) } : reading;
    }
    case 'datetime': {
      const time = /^\d{4}-\d\d-\d\dT/.test(given) ? Date.parse(given) : Number.NaN;
      return Number.isNaN(time) ? { message: t('paste.time') } : { value: new Date(time).toISOString() };
    }
    case 'boolean': {
      const word = given.toLowerCase();
      const yes = ['true', '1', 'x', 'yes', t('records:value.yes').toLowerCase()];
      const no = ['false', '0', 'no', t('records:value.no').toLowerCase()];
      if (yes.includes(word)) return { value: true };
      return no.includes(word) ? { value: false } : { message: t('paste.yesOrNo') };
    }
    case 'choice':
      return readOption(field, given, t);
    case 'set': {
      if (field.references) return { message: t('paste.oneByOne') };
      const read = given
        .split(LIST)
        .map((part) => part.trim())
        .filter(Boolean)
        .map((part) => readOption(field, part, t));
      const wrong = read.find((each) => 'message' in each);
      return wrong ?? { value: read.map((each) => ('value' in each ? each.value : null)) };
    }
    case 'reference':
      return readReference(field, given, objects, t);
    case 'link':
    case 'links':
      return { message: t('paste.oneByOne') };
    default:
      return { value: isFreeText ? text : given };
  }
}

function readOption(field: FieldDescription, text: string, t: TFunction): CellReading {
  const meant = optionMeant(field.options ?? [], text);
  if (meant !== undefined) return { value: meant };
  if (field.openOptions) return { value: text };
  return { message: t('paste.noOption', { text, field: field.label }) };
}

async function readReference(
  field: FieldDescription,
  text: string,
  objects: ObjectDescription[],
  t: TFunction,
): Promise<CellReading> {
  const target = objects.find(({ key }) => key === field.references);
  if (!target) return { message: t('paste.oneByOne') };
  const { data } = await listRecords(target.path, { q: text, limit: 20 });
  const wanted = text.toLowerCase();
  const named = data
    .map((record) => ({ id: record.id, name: recordName(target, record) }))
    .filter(({ name }) => name.toLowerCase() === wanted);
  if (named.length === 1) return { value: named[0] };
  return {
    message: t(named.length ? 'paste.severalNamed' : 'paste.noneNamed', { text, object: target.label }),
  };
}
