import { plainMessage } from '../reasons/reason-message.js';
import { type Reason, reason } from '../reasons/reason.js';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { DecimalMark } from '@pellucid/conditions/locale-text';
import { withFormula } from '@pellucid/platform/csv';
import iconv from 'iconv-lite';
import { ByteSniffer, type Encoding } from './byte-sniffing.js';
import { CsvParser, type CsvRecord, isBlank, RecordTooLongError } from './csv-parser.js';
import { type Delimiter, detectDelimiter, SEPARATOR_LINE } from './delimiter.js';
import { columnNames, MAX_COLUMNS } from './header.js';
import { type JsonLayout, jsonLayout, jsonRows } from './json-table.js';
import { TableRefusedError } from './table-refused.js';
import { ByteText, isSingleByte, readSingleByte } from './single-byte-text.js';
import { hasForeign, Utf8Decoder, withoutMarks } from './utf8-decoder.js';
import { type SheetRow, Workbook } from './xlsx.js';

/** The bytes of a file, which can be read any number of times. */
export interface TableSource {
  size: number;
  read(range?: { start: number; end: number }): Promise<Readable>;
}

/** How a file is to be read. */
export type Dialect =
  | {
      format: 'csv';
      encoding: Encoding;
      delimiter: Delimiter /** Whether it begins with a byte order mark. */;
      bom?: boolean;
    }
  | { format: 'xlsx'; sheet: string; sheets: string[] }
  | ({ format: 'jsonl'; encoding: Encoding } & JsonLayout);

/** What the person overrides. */
export interface DialectOverrides {
  encoding?: Encoding | undefined;
  delimiter?: Delimiter | undefined;
  sheet?: string | undefined;
}

/** One row of the table. */
export interface TableRow {
  /** Numbered as in a spreadsheet: the header is 1; blank lines do not count. */
  row: number;
  cells: string[];
  /** Why the row cannot be trusted. */
  damage?: Reason;
  /** Columns whose cells are numbers of a workbook, see {@link CsvRecord}. */
  numbers?: ReadonlySet<number>;
}

/** A table that is being read. */
export interface Table {
  columns: string[];
  /** The decimal mark of numbers in texts, if the format leads one to expect it. */
  decimalMark?: DecimalMark;
  /** Yields rows as they are read from the file, some at a time. */
  rows: AsyncGenerator<TableRow[]>;
  /** Returns the number of bytes read so far. */
  consumed(): number;
  /** Closes the file, if the rows are not read to the end. */
  close(): Promise<void>;
}

const SAMPLE = 64 * 1024;

/**
 * Finds out how to read a file; the person's overrides take precedence.
 * @returns the dialect, and what it would be without the overrides
 * @throws TableRefusedError when it is not a table
 */
export async function sniffTable(source: TableSource, overrides: DialectOverrides = {}): Promise<Dialect> {
  const sniffer = new ByteSniffer();
  for await (const chunk of await source.read()) sniffer.push(chunk as Buffer);
  const found = sniffer.result();
  if (found.kind === 'refused') throw new TableRefusedError(found.reason);
  if (found.kind === 'zip') {
    const workbook = await Workbook.open(source);
    const { sheets } = workbook;
    const sheet = overrides.sheet ?? sheets[0];
    if (sheet === undefined || !sheets.includes(sheet))
      throw new TableRefusedError(
        `The workbook has no sheet "${sheet ?? ''}". It has: ${sheets.slice(0, 20).join(', ')}.`,
      );
    await workbook.verify(sheet);
    return { format: 'xlsx', sheet, sheets };
  }
  const encoding = overrides.encoding ?? found.encoding;
  if (encoding === 'utf-8' && found.encoding !== 'utf-8')
    throw new TableRefusedError(
      `The file isn't valid UTF-8. It looks like ${found.encoding}. Choose that encoding or let Pellucid detect it.`,
    );
  if (found.json)
    return { format: 'jsonl', encoding, ...(await jsonLayout(textsOf(source, encoding), found.json)) };
  const bom = found.bom ? { bom: true } : {};
  if (overrides.delimiter) return { format: 'csv', encoding, delimiter: overrides.delimiter, ...bom };
  const sample: Buffer[] = [];
  for await (const chunk of await source.read({ start: 0, end: SAMPLE - 1 })) sample.push(chunk as Buffer);
  const delimiter = detectDelimiter(decode(Buffer.concat(sample), encoding));
  return { format: 'csv', encoding, delimiter, ...bom };
}

const decode = (bytes: Buffer, encoding: Encoding) => iconv.decode(bytes, encoding, { stripBOM: true });

/**
 * Opens a file for reading, starting with its header.
 * @throws TableRefusedError without a header or with too many columns; the rows throw it for endless lines
 */
export async function openTable(source: TableSource, dialect: Dialect): Promise<Table> {
  let consumed = 0;
  const onBytes = (bytes: number) => {
    consumed += bytes;
  };
  const batches =
    dialect.format === 'csv'
      ? csvRecords(source, dialect, onBytes)
      : dialect.format === 'xlsx'
        ? xlsxRecords(source, dialect, (share) => (consumed = share * source.size))
        : jsonRows(textsOf(source, dialect.encoding, onBytes), dialect);
  const pending: CsvRecord[] = [];
  let header: CsvRecord | undefined = dialect.format === 'jsonl' ? { cells: dialect.paths } : undefined;
  while (!header) {
    const next = await batches.next();
    if (next.done)
      throw new TableRefusedError('The file has no header line: the first line must name the columns.');
    for (const record of next.value) {
      if (header) pending.push(record);
      else if (!isBlank(record)) header = record;
    }
  }
  if (header.damage)
    throw new TableRefusedError(`The header line can't be read. ${plainMessage(header.damage)}`);
  if (header.cells.length > MAX_COLUMNS)
    throw new TableRefusedError(
      `The file has ${header.cells.length} columns, but at most ${MAX_COLUMNS} can be read. Remove the ones you don't need.`,
    );
  const columns = columnNames(header.cells);

  async function* rows(): AsyncGenerator<TableRow[]> {
    let row = 1;
    const number = (records: CsvRecord[]) => {
      const numbered: TableRow[] = [];
      for (const record of records) if (!isBlank(record)) numbered.push({ row: ++row, ...record });
      return numbered;
    };
    yield number(pending);
    for await (const records of batches) {
      const numbered = number(records);
      if (numbered.length) yield numbered;
    }
  }
  return {
    columns,
    // Programs write decimals as texts, so that no digit is lost.
    ...(dialect.format === 'jsonl' && { decimalMark: '.' }),
    rows: rows(),
    consumed: () => consumed,
    close: async () => void (await batches.return(undefined)),
  };
}

/** Yields the text of a file, piece by piece. */
async function* textsOf(
  source: TableSource,
  encoding: Encoding,
  onBytes?: (count: number) => void,
): AsyncGenerator<string> {
  const decoder = encoding === 'utf-8' ? new Utf8Decoder() : iconv.getDecoder(encoding, { stripBOM: true });
  for await (const chunk of await source.read()) {
    onBytes?.((chunk as Buffer).length);
    yield decoder.write(chunk as Buffer);
  }
  yield decoder.end() ?? '';
}

/** Records processed between two checks of the clock, and how long other work may have to wait. */
const RECORDS_AT_ONCE = 500;
const BUSY_MS = 15;

async function* csvRecords(
  source: TableSource,
  { encoding, delimiter }: { encoding: Encoding; delimiter: Delimiter },
  onBytes: (count: number) => void,
): AsyncGenerator<CsvRecord[]> {
  const parser = new CsvParser(delimiter);
  const utf8 = encoding === 'utf-8' ? new Utf8Decoder() : undefined;
  const singleByte = isSingleByte(encoding) ? encoding : undefined;
  const decoder = utf8 ?? (singleByte ? new ByteText() : iconv.getDecoder(encoding, { stripBOM: true }));
  let isFirst = true;
  let since = performance.now();
  async function* complete(): AsyncGenerator<CsvRecord[]> {
    for (;;) {
      const records = parser.take(RECORDS_AT_ONCE);
      if (records.length === 0) return;
      if (isFirst) {
        isFirst = false;
        // Excel's "sep=;" is not a header.
        if (SEPARATOR_LINE.test(records[0]!.cells.join(delimiter))) records.shift();
      }
      if (utf8?.sawForeign) for (const record of records) tellForeign(record);
      if (singleByte) for (const record of records) readSingleByte(record, singleByte);
      // Files that we exported guard what a spreadsheet would treat as a formula; the guard is removed.
      for (const record of records)
        if (!record.damage && record.cells.some((cell) => cell.startsWith("'")))
          record.cells = record.cells.map(withFormula);
      yield records;
      // An unclosed quote leaves a megabyte to parse at once, so other requests get their turn in between.
      if (performance.now() - since < BUSY_MS) continue;
      await setImmediate();
      since = performance.now();
    }
  }
  try {
    for await (const chunk of await source.read()) {
      since = performance.now();
      onBytes((chunk as Buffer).length);
      parser.feed(decoder.write(chunk as Buffer));
      yield* complete();
    }
    parser.feed(decoder.end() ?? '');
    parser.finish();
    yield* complete();
  } catch (error) {
    if (error instanceof RecordTooLongError)
      throw new TableRefusedError(
        "The file has a line of several million characters or tens of thousands of cells. It isn't a table, or its delimiter or quotes are wrong.",
      );
    throw error;
  }
}

/** A row with bytes in another encoding cannot be trusted; its characters are shown as they were probably meant. */
function tellForeign(record: CsvRecord): void {
  if (!record.cells.some(hasForeign)) return;
  record.cells = record.cells.map(withoutMarks);
  record.damage ??= reason('otherEncoding', { encoding: 'UTF-8' });
}

/** Number of rows from which a sheet's width is learnt: a spreadsheet stores no empty cells at the end of a row. */
const WIDTH_ROWS = 1000;

async function* xlsxRecords(
  source: TableSource,
  { sheet }: { sheet: string },
  onProgress: (share: number) => void,
): AsyncGenerator<CsvRecord[]> {
  const workbook = await Workbook.open(source);
  let first: SheetRow[] | undefined = [];
  let width = 0;
  const records = (rows: SheetRow[]) => rows.map((row) => fitted(row, width));
  for await (const rows of workbook.rows(sheet, onProgress)) {
    if (!first) {
      yield records(rows);
      continue;
    }
    first.push(...rows);
    for (const { cells } of rows) width = Math.max(width, cells.length);
    if (first.length < WIDTH_ROWS) continue;
    yield records(first);
    first = undefined;
  }
  if (first) yield records(first);
}

function fitted(row: SheetRow, width: number): CsvRecord {
  const { cells } = row;
  if (cells.length > width)
    return {
      cells,
      damage: reason('beyondLastColumn', { letters: columnLetters(cells.length - 1) }),
    };
  while (cells.length < width) cells.push('');
  return row;
}

/** 27 → `AB`. */
function columnLetters(column: number): string {
  const rest = column % 26;
  const letter = String.fromCharCode(65 + rest);
  return column < 26 ? letter : columnLetters((column - rest) / 26 - 1) + letter;
}

/**
 * Returns why a row does not fit the header, if so. Missing cells at its end are empty, since spreadsheet programs
 * leave them out. Empty cells beyond the header are accepted too.
 */
export function raggedness(row: TableRow, columns: number): Reason | undefined {
  if (row.damage) return row.damage;
  if (row.cells.length <= columns) return undefined;
  if (row.cells.slice(columns).every((cell) => cell.trim() === '')) return undefined;
  return reason('tooManyCells', { cells: row.cells.length, columns });
}
