import {
  type BareNumber,
  bareNumber,
  type CurrencyMark,
  currencyDigits,
  decimalOf,
} from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '@pellucid/platform/records';
import { CellError, shownText } from './cell-error.js';
import type { ColumnConventions } from './column-conventions.js';

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
  if (bare.percent && field.type === 'money')
    throw new CellError(`${shownText(text)} is a percentage, but "${field.label}" is an amount.`);
  if (bare.currency && field.type !== 'money')
    throw new CellError(
      `${shownText(text)} is an amount, but "${field.label}" is a plain number. Remove "${bare.currency.mark}" or choose an amount field.`,
    );
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
  return field.type === 'money' ? currencyDigits(baseCurrency) : field.scale;
}

const noNumber = (text: string, field: FieldDescriptor, mark?: string) =>
  new CellError(
    `${shownText(text)} isn't a number for "${field.label}"${mark === undefined ? '' : ` (decimal mark: "${mark}")`}.`,
  );

const unclear = (text: string, one: string, other: string) =>
  new CellError(`${shownText(text)} could mean ${one} or ${other}. Choose the decimal mark for this column.`);
