import { csvLines } from '@pellucid/platform/csv';
import type { FailedRow } from './imports.repository.js';
import type { Dialect } from './tables/table-file.js';

/** How the file of errors is written: as the file that was imported, so that it can be imported the same way. */
export interface ErrorsDialect {
  delimiter: string;
  /** What stands before the header: a byte order mark, by which spreadsheet programs know UTF-8. */
  begin: string;
}

/**
 * The dialect of the file of errors. A workbook's is the one spreadsheet programs of the country read: semicolons where the
 * comma is the decimal mark.
 */
export function errorsDialect(dialect: Dialect, decimalMark: '.' | ','): ErrorsDialect {
  const isCsv = dialect.format === 'csv';
  const needsMark = isCsv ? dialect.bom || dialect.encoding !== 'utf-8' : true;
  return {
    delimiter: isCsv ? dialect.delimiter : decimalMark === ',' ? ';' : ',',
    begin: needsMark ? '\ufeff' : '',
  };
}

/** Name of the column with the reason, one that the file does not have. */
export function reasonColumn(columns: string[]): string {
  let name = 'reason';
  for (let n = 2; columns.includes(name); n++) name = `reason (${n})`;
  return name;
}

/**
 * Lines of the file of errors: the original columns and the reason.
 * @param clear writes a cell of a column so that it means the same in any file
 */
export function errorLines(
  rows: FailedRow[],
  width: number,
  delimiter = ',',
  clear: (text: string, column: number) => string = (text) => text,
): string {
  const lines = rows.map(({ cells, reason }) => {
    const padded = Array.from({ length: Math.max(width, 1) }, (_, i) => clear(cells[i] ?? '', i));
    // Cells beyond the header are what is wrong with the row: they are kept with its last cell.
    if (cells.length > width)
      padded[width - 1] = cells
        .slice(width - 1)
        .filter(Boolean)
        .join(' | ');
    return [...padded, reason];
  });
  return csvLines(lines, { delimiter });
}

/** The header line. */
export function errorHeader(columns: string[], { delimiter, begin }: ErrorsDialect = COMMAS): string {
  return begin + csvLines([[...columns, reasonColumn(columns)]], { delimiter });
}

const COMMAS: ErrorsDialect = { delimiter: ',', begin: '' };
