import type { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { ByteSniffer, type Encoding } from './byte-sniffing.js';
import { CsvParser, type CsvRecord, isBlank, RecordTooLongError } from './csv-parser.js';
import { type Delimiter, detectDelimiter, SEPARATOR_LINE } from './delimiter.js';
import { columnNames, MAX_COLUMNS } from './header.js';
import { TableRefusedError } from './table-refused.js';
import { Workbook } from './xlsx.js';

/** Bytes of a file, readable as often as needed. */
export interface TableSource {
  size: number;
  read(range?: { start: number; end: number }): Promise<Readable>;
}

/** How a file is to be read. */
export type Dialect =
  | { format: 'csv'; encoding: Encoding; delimiter: Delimiter }
  | { format: 'xlsx'; sheet: string; sheets: string[] };

/** What the person knows better. */
export interface DialectOverrides {
  encoding?: Encoding | undefined;
  delimiter?: Delimiter | undefined;
  sheet?: string | undefined;
}

/** One row of the table. */
export interface TableRow {
  /** As a spreadsheet counts: the header is 1; blank lines do not count. */
  row: number;
  cells: string[];
  /** Why the row cannot be trusted. */
  damage?: string;
}

/** A table being read. */
export interface Table {
  columns: string[];
  /** Rows as they come from the file, some at a time. */
  rows: AsyncGenerator<TableRow[]>;
  /** Bytes of the file consumed so far. */
  consumed(): number;
  /** Lets go of the file, where the rows are not read to their end. */
  close(): Promise<void>;
}

const SAMPLE = 64 * 1024;

/**
 * Finds out how a file is to be read; what the person says wins.
 * @returns the dialect, and what it would be without the overrides
 * @throws TableRefusedError when it is no table
 */
export async function sniffTable(source: TableSource, overrides: DialectOverrides = {}): Promise<Dialect> {
  const sniffer = new ByteSniffer();
  for await (const chunk of await source.read()) sniffer.push(chunk as Buffer);
  const found = sniffer.result();
  if (found.kind === 'refused') throw new TableRefusedError(found.reason);
  if (found.kind === 'zip') {
    const workbook = await Workbook.open(source);
    await workbook.verify();
    const { sheets } = workbook;
    const sheet = overrides.sheet ?? sheets[0];
    if (sheet === undefined || !sheets.includes(sheet))
      throw new TableRefusedError(
        `The workbook has no sheet "${sheet ?? ''}". It has: ${sheets.slice(0, 20).join(', ')}.`,
      );
    return { format: 'xlsx', sheet, sheets };
  }
  const encoding = overrides.encoding ?? found.encoding;
  if (encoding === 'utf-8' && found.encoding !== 'utf-8')
    throw new TableRefusedError(
      `The file is not valid UTF-8; it looks like ${found.encoding}. Choose that encoding, or leave the choice to us.`,
    );
  if (overrides.delimiter) return { format: 'csv', encoding, delimiter: overrides.delimiter };
  const sample: Buffer[] = [];
  for await (const chunk of await source.read({ start: 0, end: SAMPLE - 1 })) sample.push(chunk as Buffer);
  return { format: 'csv', encoding, delimiter: detectDelimiter(decode(Buffer.concat(sample), encoding)) };
}

const decode = (bytes: Buffer, encoding: Encoding) => iconv.decode(bytes, encoding, { stripBOM: true });

/**
 * Opens a file for reading, from its header on.
 * @throws TableRefusedError without a header, with too many columns; the rows throw it for lines of no end
 */
export async function openTable(source: TableSource, dialect: Dialect): Promise<Table> {
  let consumed = 0;
  const batches =
    dialect.format === 'csv'
      ? csvRecords(source, dialect, (bytes) => (consumed += bytes))
      : xlsxRecords(source, dialect, (share) => (consumed = share * source.size));
  const pending: CsvRecord[] = [];
  let header: CsvRecord | undefined;
  while (!header) {
    const next = await batches.next();
    if (next.done)
      throw new TableRefusedError('The file has no header line: the first line must name the columns.');
    for (const record of next.value) {
      if (header) pending.push(record);
      else if (!isBlank(record)) header = record;
    }
  }
  if (header.damage) throw new TableRefusedError(`The header line cannot be read. ${header.damage}`);
  if (header.cells.length > MAX_COLUMNS)
    throw new TableRefusedError(
      `The file has ${header.cells.length} columns; at most ${MAX_COLUMNS} can be read. Leave out what is not needed.`,
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
    rows: rows(),
    consumed: () => consumed,
    close: async () => void (await batches.return(undefined)),
  };
}

async function* csvRecords(
  source: TableSource,
  { encoding, delimiter }: { encoding: Encoding; delimiter: Delimiter },
  onBytes: (count: number) => void,
): AsyncGenerator<CsvRecord[]> {
  const parser = new CsvParser(delimiter);
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  let isFirst = true;
  const first = (records: CsvRecord[]) => {
    if (isFirst && records.length) {
      isFirst = false;
      const [line] = records;
      // Excel's "sep=;" is no header.
      if (SEPARATOR_LINE.test(line!.cells.join(delimiter))) records.shift();
    }
    return records;
  };
  try {
    for await (const chunk of await source.read()) {
      onBytes((chunk as Buffer).length);
      const records = first(parser.push(decoder.write(chunk as Buffer)));
      if (records.length) yield records;
    }
    const rest = decoder.end();
    yield first([...(rest ? parser.push(rest) : []), ...parser.end()]);
  } catch (error) {
    if (error instanceof RecordTooLongError)
      throw new TableRefusedError(
        'The file has a line of several million characters, so it is no table, or its delimiter or quotes are not what they seem.',
      );
    throw error;
  }
}

/** Rows of a sheet from which its width is learnt: a spreadsheet stores no empty cells at the end of a row. */
const WIDTH_ROWS = 1000;

async function* xlsxRecords(
  source: TableSource,
  { sheet }: { sheet: string },
  onProgress: (share: number) => void,
): AsyncGenerator<CsvRecord[]> {
  const workbook = await Workbook.open(source);
  let first: string[][] | undefined = [];
  let width = 0;
  const records = (rows: string[][]) => rows.map((cells) => fitted(cells, width));
  for await (const rows of workbook.rows(sheet, onProgress)) {
    if (!first) {
      yield records(rows);
      continue;
    }
    first.push(...rows);
    for (const row of rows) width = Math.max(width, row.length);
    if (first.length < WIDTH_ROWS) continue;
    yield records(first);
    first = undefined;
  }
  if (first) yield records(first);
}

function fitted(cells: string[], width: number): CsvRecord {
  if (cells.length > width)
    return {
      cells,
      damage: `This row has text in column ${columnLetters(cells.length - 1)}, beyond the last column of the sheet's first rows: clear the cell, or give the column a header.`,
    };
  while (cells.length < width) cells.push('');
  return { cells };
}

/** 27 → `AB`. */
function columnLetters(column: number): string {
  const rest = column % 26;
  const letter = String.fromCharCode(65 + rest);
  return column < 26 ? letter : columnLetters((column - rest) / 26 - 1) + letter;
}

/**
 * Why a row does not fit the header, if so. Empty cells beyond the header are fine; missing ones are not, since whatever the
 * row lost may have shifted the rest.
 */
export function raggedness(row: TableRow, columns: number): string | undefined {
  if (row.damage) return row.damage;
  if (row.cells.length === columns) return undefined;
  if (row.cells.length < columns)
    return `This row has ${row.cells.length} cells, the header has ${columns}: add what is missing (an empty cell needs its delimiter too).`;
  if (row.cells.slice(columns).every((cell) => cell.trim() === '')) return undefined;
  return `This row has ${row.cells.length} cells, the header has ${columns}: put texts that contain the delimiter in quotation marks.`;
}
