import { stringify } from 'csv-stringify/sync';
import { withoutFormula } from '@pellucid/platform/csv';
import type { FailedRow } from './imports.repository.js';

/** Name of the column with the reason, one that the file does not have. */
export function reasonColumn(columns: string[]): string {
  let name = 'reason';
  for (let n = 2; columns.includes(name); n++) name = `reason (${n})`;
  return name;
}

/** Lines of the file of errors: the original columns and the reason. */
export function errorLines(rows: FailedRow[], width: number): string {
  const lines = rows.map(({ cells, reason }) => {
    const padded = Array.from({ length: Math.max(width, 1) }, (_, i) => withoutFormula(cells[i] ?? ''));
    // Cells beyond the header are what is wrong with the row: they are kept with its last cell.
    if (cells.length > width)
      padded[width - 1] = withoutFormula(
        cells
          .slice(width - 1)
          .filter(Boolean)
          .join(' | '),
      );
    return [...padded, withoutFormula(reason)];
  });
  return lines.length ? stringify(lines, { record_delimiter: '\r\n' }) : '';
}

/** The header line. */
export function errorHeader(columns: string[]): string {
  return stringify([[...columns.map(withoutFormula), reasonColumn(columns)]], { record_delimiter: '\r\n' });
}
