import { csvLines } from '@pellucid/platform/csv';
import type { Dialect } from './tables/table-file.js';

/** How the error file is written: like the imported file, so that it can be imported in the same way. */
export interface ErrorsDialect {
  delimiter: string;
  /** Text before the header: a byte order mark, by which spreadsheet programs recognise UTF-8. */
  begin: string;
}

/**
 * Returns the dialect of the error file. For a workbook it is the one that the country's spreadsheet programs read:
 * with semicolons if the comma is the decimal mark.
 */
export function errorsDialect(dialect: Dialect, decimalMark: '.' | ','): ErrorsDialect {
  const isCsv = dialect.format === 'csv';
  const needsMark = isCsv ? dialect.bom || dialect.encoding !== 'utf-8' : true;
  return {
    delimiter: isCsv ? dialect.delimiter : decimalMark === ',' ? ';' : ',',
    begin: needsMark ? '\ufeff' : '',
  };
}

/** Returns a name for the column with the reason that does not occur in the file. */
export function reasonColumn(columns: string[]): string {
  let name = 'reason';
  for (let n = 2; columns.includes(name); n++) name = `reason (${n})`;
  return name;
}

/**
 * Returns lines of the error file: the original columns and the reason.
 * @param clear rewrites a cell of a column so that it means the same in any file
 */
export function errorLines(
  rows: { cells: string[]; reason: string }[],
  width: number,
  delimiter = ',',
  clear: (text: string, column: number) => string = (text) => text,
): string {
  const lines = rows.map(({ cells, reason }) => {
    const padded = Array.from({ length: Math.max(width, 1) }, (_, i) => clear(cells[i] ?? '', i));
    // Cells beyond the header are what is wrong with the row, so they are appended to its last cell.
    if (cells.length > width)
      padded[width - 1] = cells
        .slice(width - 1)
        .filter(Boolean)
        .join(' | ');
    return [...padded, reason];
  });
  return csvLines(lines, { delimiter });
}

/** Returns the header line. */
export function errorHeader(columns: string[], { delimiter, begin }: ErrorsDialect = COMMAS): string {
  return begin + csvLines([[...columns, reasonColumn(columns)]], { delimiter });
}

const COMMAS: ErrorsDialect = { delimiter: ',', begin: '' };
