import { csvLines } from '@pellucid/platform/csv';
import type { PresentedRecord } from '@pellucid/platform/records';
import type { ExportColumn } from '../export-columns.js';
import type { CellTexts } from './cell-texts.js';
import { type FileFormat, type FormatState, rowsOf, type WrittenRows } from './file-format.js';

/** How a CSV file is written. */
export interface CsvOptions {
  delimiter: string;
  /** Whether it begins with a byte order mark, by which spreadsheet programs recognise UTF-8. */
  bom: boolean;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** CSV (RFC 4180) in UTF-8. Formulas are guarded, which our imports undo. */
export class CsvFormat implements FileFormat {
  readonly mediaType = 'text/csv; charset=utf-8';
  readonly extension = 'csv';
  readonly state: FormatState = {};

  constructor(
    private readonly columns: ExportColumn[],
    private readonly collections: string[],
    private readonly texts: CellTexts,
    private readonly options: CsvOptions,
  ) {}

  begin(): Buffer {
    const header = this.lines([this.columns.map(({ header }) => header)]);
    return Buffer.from((this.options.bom ? '\ufeff' : '') + header);
  }

  rows(records: PresentedRecord[]): WrittenRows {
    const cells = records.flatMap((record) => rowsOf(record, this.columns, this.collections));
    const texts = cells.map((row) => row.map((value, at) => this.texts.of(this.columns[at]!, value)));
    return { bytes: Buffer.from(this.lines(texts)), rows: texts.length };
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }

  count(piece: Buffer, isFirst: boolean): number {
    let rows = isFirst ? -1 : 0;
    let isQuoted = false;
    for (const byte of piece)
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted) rows++;
    return rows;
  }

  private lines(rows: string[][]): string {
    return csvLines(rows, { delimiter: this.options.delimiter });
  }
}
