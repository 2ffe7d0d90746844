import type { RecordDescriptor } from '@pellucid/platform/records';
import { columnsOf } from '../export-columns.js';
import type { ExportRun } from '../exports.repository.js';
import { CellTexts } from './cell-texts.js';
import { CsvFormat } from './csv-format.js';
import type { FileFormat, FormatState } from './file-format.js';
import { JsonLinesFormat } from './json-lines-format.js';
import { WorkbookFormat } from './workbook-format.js';

export type { FileFormat, FormatState } from './file-format.js';

/** What says how a file is written. */
export type WrittenFile = Pick<ExportRun, 'format' | 'options' | 'columns'>;

/**
 * Returns the format of an export's file.
 * @param descriptor of the object as the tenant sees it now
 * @param companyZone in which imports read times without an offset
 * @param state behind the pieces that are written
 */
export function formatOf(
  { format, options, columns: stored }: WrittenFile,
  descriptor: RecordDescriptor,
  companyZone: string,
  state: FormatState = {},
): FileFormat {
  const columns = columnsOf(descriptor, stored.keys, stored.headers);
  const collections = descriptor.lines.map(({ key }) => key).filter((key) => stored.keys.includes(key));
  switch (format) {
    case 'csv':
      return new CsvFormat(columns, collections, new CellTexts(options), options);
    case 'xlsx': {
      // The marks of numbers are the spreadsheet program's business.
      const texts = new CellTexts({ ...options, decimalMark: '.' });
      return new WorkbookFormat(columns, collections, texts, descriptor.pluralLabel, companyZone, state);
    }
    case 'jsonl':
      return new JsonLinesFormat(columns, collections);
  }
}
