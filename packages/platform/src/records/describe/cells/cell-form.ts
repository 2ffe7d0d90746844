import type { DateOrder, DecimalMark } from '@pellucid/conditions/locale-text';
import type { FieldDescriptor } from '../descriptor.js';

/** How the cells of a file's column are read. */
export interface ColumnConventions {
  dateOrder: DateOrder;
  /** Undefined if values need both marks: then only unambiguous values are read. */
  decimalMark: DecimalMark | undefined;
  /** Whether only the company's locale decides the mark: then `1.500` must not silently become 1.50. */
  isByLocale: boolean;
  /** IANA zone for times without an offset. */
  zone: string;
  /** ISO 4217 code of the company's base currency. */
  baseCurrency: string;
}

/** What is known about the values of a column when it is assigned to a field. */
export interface ColumnEvidence {
  /** Returns the share of values that look like this, from 0 to 1. */
  share(kind: 'numbers' | 'dates' | 'booleans' | 'emails' | 'urls' | 'phones'): number;
  /** Distinct values with their frequency; undefined if there are too many. */
  distinct: Map<string, number> | undefined;
  /** Number of characters of the longest value. */
  longest: number;
}

/** How values of a field type stand in the cells of a file. */
export interface CellForm {
  /**
   * Converts a cell to a value in API form. Not for references, which files name in other ways.
   * @param text not blank
   * @param isNumber whether it is a number of a workbook
   * @throws CellError
   */
  read(text: string, field: FieldDescriptor, conventions: ColumnConventions, isNumber: boolean): unknown;
  /** Returns the cell of a value in API form, with a decimal point and dates as `2026-03-31`; {@link read} inverts it. */
  write(value: any, field: FieldDescriptor): string;
  /**
   * Rewrites a cell so that it can be read in only one way, even in a file without the other rows: `1.500` becomes
   * `1500` or `1.5000`, `03/04/2026` becomes `2026-04-03`. A text that is not readable, or already unambiguous, is
   * unchanged. Undefined for types whose values have only one notation.
   */
  readonly clear?: (
    text: string,
    conventions: Pick<ColumnConventions, 'dateOrder' | 'decimalMark'>,
  ) => string;
  /** Returns how well the values of a column fit the field, from 0 to 1. */
  fit(column: ColumnEvidence, field: FieldDescriptor): number;
}
