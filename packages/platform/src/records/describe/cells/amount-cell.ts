import {
  type BareNumber,
  bareNumber,
  type CurrencyMark,
  currencyDigits,
  decimalOf,
} from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '../descriptor.js';
import { CellError, shownText } from './cell-error.js';
import type { CellForm, ColumnConventions } from './cell-form.js';

/** Cells that contain a number or an amount. The reader of an amount also gets its currency; see {@link numberOf}. */
export const numberCell: Omit<CellForm, 'write'> = {
  read: (text, field, conventions, isNumber) => numberOf(text, field, conventions, isNumber).value,
  clear: (text, { decimalMark }) => clearNumber(text, decimalMark),
  fit: (column) => column.share('numbers'),
};

/** The number in a cell: a decimal text as the API accepts it, and the currency next to it. */
export interface CellNumber {
  value: string;
  currency?: CurrencyMark;
}

/**
 * Parses the number in a cell. A group mark is never assumed where the digits rule it out, and a text that can mean two
 * numbers is refused unless the column, the file or a choice decides.
 * @param isNumber whether it is a workbook's number, whose decimal mark is a point
 * @throws CellError
 */
export function numberOf(
  text: string,
  field: FieldDescriptor,
  conventions: ColumnConventions,
  isNumber: boolean,
): CellNumber {
  const bare = bareNumber(text);
  if (!bare) throw noNumber(text, field);
  if (bare.percent && field.traits.isAmount)
    throw new CellError('percentForAmount', { cell: shownText(text), field: field.label });
  if (bare.currency && !field.traits.isAmount)
    throw new CellError('amountForNumber', {
      cell: shownText(text),
      field: field.label,
      sign: bare.currency.mark,
    });
  const value = isNumber ? decimalOf(bare, '.') : decided(text, bare, field, conventions);
  if (value === undefined) throw noNumber(text, field, conventions.decimalMark);
  return { value, ...(bare.currency && { currency: bare.currency }) };
}

function decided(
  text: string,
  bare: BareNumber,
  field: FieldDescriptor,
  { decimalMark, isByLocale, baseCurrency }: ColumnConventions,
): string | undefined {
  const asPoint = decimalOf(bare, '.');
  const asComma = decimalOf(bare, ',');
  const isUnclear = asPoint !== undefined && asComma !== undefined && asPoint !== asComma;
  if (decimalMark === undefined) {
    if (isUnclear) throw unclear(text, asPoint, asComma);
    return asPoint ?? asComma;
  }
  if (isUnclear && isByLocale && bare.digits.includes(decimalMark) && decimalsOf(field, baseCurrency) < 3)
    throw unclear(text, asPoint, asComma);
  return decimalMark === '.' ? asPoint : asComma;
}

/** Returns the number of decimals that the field stores. */
function decimalsOf(field: FieldDescriptor, baseCurrency: string): number {
  return field.traits.isAmount ? currencyDigits(baseCurrency) : field.scale;
}

const noNumber = (text: string, field: FieldDescriptor, mark?: string) =>
  new CellError(mark === undefined ? 'notANumber' : 'notANumberByMark', {
    cell: shownText(text),
    field: field.label,
    ...(mark === undefined ? {} : { mark }),
  });

const unclear = (text: string, one: string, other: string) =>
  new CellError('numberUnclear', { cell: shownText(text), one, other });

function clearNumber(text: string, mark: ColumnConventions['decimalMark']): string {
  const bare = bareNumber(text);
  if (!bare || mark === undefined || !text.includes(bare.digits)) return text;
  const value = decimalOf({ digits: bare.digits, negative: false, percent: false }, mark);
  const other = decimalOf({ digits: bare.digits, negative: false, percent: false }, mark === '.' ? ',' : '.');
  if (value === undefined || other === undefined || value === other) return text;
  const [whole, fraction] = value.split('.') as [string, string?];
  // Four digits after a mark cannot be a group.
  const digits = fraction === undefined ? whole : `${whole}${mark}${fraction.padEnd(4, '0')}`;
  return text.replace(bare.digits, digits);
}
