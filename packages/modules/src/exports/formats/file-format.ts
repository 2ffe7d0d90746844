import type { PresentedRecord } from '@pellucid/platform/records';
import type { ExportColumn } from '../export-columns.js';

/** Rows in the bytes of a file. */
export interface WrittenRows {
  bytes: Buffer;
  /** Number of rows, without the header. */
  rows: number;
}

/**
 * Writes a file in pieces that are stored one by one. A piece can be read without the others, and together they are the file. So
 * a worker that is killed leaves complete pieces, and the next one goes on behind them from the {@link state}.
 */
export interface FileFormat {
  readonly mediaType: string;
  readonly extension: string;
  /** What the format must know to go on behind the pieces so far; JSON. */
  readonly state: FormatState;
  /** Returns what stands before the first row. */
  begin(): Buffer;
  /** Returns the rows of records. */
  rows(records: PresentedRecord[]): WrittenRows;
  /** Returns what stands behind the last row. */
  end(): Buffer;
  /** Counts the rows in a piece as a reader of the file would. @param isFirst whether it begins with {@link begin} */
  count(piece: Buffer, isFirst: boolean): number;
}

/** See {@link FileFormat.state}. */
export type FormatState = Record<string, number>;

/** A row of a table: one value for each column, in API form; undefined for an empty cell. */
export type TableCells = unknown[];

/**
 * Returns the rows of a record: one, or one for each line. Further rows repeat only the record's ID, so that sums over a column
 * count each record once.
 * @param collections keys of the lines that are written
 */
export function rowsOf(
  record: PresentedRecord,
  columns: ExportColumn[],
  collections: string[],
): TableCells[] {
  if (!collections.length) return [columns.map((column) => column.valueOf(record, undefined))];
  const lines = collections.flatMap((key) =>
    ((record[key] as { id: string }[] | undefined) ?? []).map((line) => ({ key, line })),
  );
  return (lines.length ? lines : [undefined]).map((one, n) =>
    columns.map((column) => {
      if (column.collection !== undefined)
        return column.collection === one?.key ? column.valueOf(record, one.line) : undefined;
      return n === 0 || column.key === 'id' ? column.valueOf(record, undefined) : undefined;
    }),
  );
}
