import type { CsvRecord } from './csv-parser.js';
import { MAX_COLUMNS } from './header.js';
import {
  type JsonCutter,
  type JsonShape,
  type JsonText,
  JsonEndlessError,
  jsonCutter,
} from './json-texts.js';
import { isLine, type JsonCell, type JsonRecord, isObject, parseRecord, tellCells } from './json-values.js';
import { plainMessage } from '../reasons/reason-message.js';
import { type Reason, reason } from '../reasons/reason.js';
import { TableRefusedError } from './table-refused.js';
import { hasForeign } from './utf8-decoder.js';

/** The table that records of JSON make. */
export interface JsonLayout {
  shape: JsonShape;
  /** Paths of the cells, in the order in which the file first has them. */
  paths: string[];
  /** Members that are lists of lines: each line is a row of its own, the first one beside the cells of the record. */
  lines: string[];
}

/**
 * Learns from the whole file which columns its records have.
 * @param texts the file, piece by piece
 * @throws TableRefusedError when it has no records or too many columns
 */
export async function jsonLayout(texts: AsyncIterable<string>, shape: JsonShape): Promise<JsonLayout> {
  const paths = new Set<string>();
  const empty = new Set<string>();
  const lines = new Set<string>();
  const tell = (path: string, cell: JsonCell | null) => void (cell ? paths : empty).add(path);
  let records = 0;
  let broken: Reason | undefined;
  for await (const found of cut(texts, jsonCutter(shape)))
    for (const one of found) {
      const { record, damage } = readRecord(one);
      if (!record) {
        broken ??= damage;
        continue;
      }
      records++;
      for (const [key, value] of Object.entries(record)) {
        if (!Array.isArray(value) || !value.some(isLine)) continue;
        lines.add(key);
        for (const line of value) if (isObject(line)) tellCells(line, tell, `${key}.`, 2);
      }
      tellCells(withoutLines(record, lines), tell);
      if (paths.size > MAX_COLUMNS)
        throw new TableRefusedError(
          `The records of the file have more than ${MAX_COLUMNS} members. Remove the ones you don't need.`,
        );
    }
  if (records === 0)
    throw new TableRefusedError(
      broken === undefined
        ? 'The file has no records.'
        : `The file has no records that can be read. ${plainMessage(broken)} Write each record on one line, or all of them in one list.`,
    );
  for (const path of empty)
    if (![...paths].some((known) => known === path || known.startsWith(`${path}.`))) paths.add(path);
  // A list that has no lines at first may begin as an empty one.
  return { shape, paths: [...paths].filter((path) => !lines.has(path)), lines: [...lines] };
}

/** Yields the rows of the table, some at a time. A record that cannot be read is a damaged row. */
export async function* jsonRows(
  texts: AsyncIterable<string>,
  { shape, paths, lines }: JsonLayout,
): AsyncGenerator<CsvRecord[]> {
  const positions = new Map(paths.map((path, at) => [path, at]));
  for await (const found of cut(texts, jsonCutter(shape))) {
    const rows = found.flatMap((one): CsvRecord[] => {
      const { record, damage } = readRecord(one);
      if (!record) return [{ cells: [one.text], damage }];
      return rowsOf(record, positions, lines);
    });
    if (rows.length) yield rows;
  }
}

/** Returns the record, or why it cannot be read. */
function readRecord({
  text,
  line,
}: JsonText): { record: JsonRecord; damage?: never } | { record?: never; damage: Reason } {
  if (hasForeign(text)) return { damage: reason('otherEncodingOfLine', { line, encoding: 'UTF-8' }) };
  try {
    return { record: parseRecord(text) };
  } catch (error) {
    const fault = (error as Error).message.slice(0, 200);
    return { damage: reason('notARecord', { line, fault }) };
  }
}

function withoutLines(record: JsonRecord, lines: Iterable<string>): JsonRecord {
  const own = { ...record };
  for (const key of lines) delete own[key];
  return own;
}

function rowsOf(record: JsonRecord, positions: ReadonlyMap<string, number>, lines: string[]): CsvRecord[] {
  const width = positions.size;
  const fill = (row: CsvRecord & { numbers: Set<number> }) => (path: string, cell: JsonCell | null) => {
    const at = positions.get(path);
    if (!cell || at === undefined) return;
    row.cells[at] = cell.text;
    if (cell.isNumber) row.numbers.add(at);
  };
  const blank = () => ({ cells: new Array<string>(width).fill(''), numbers: new Set<number>() });
  const first = blank();
  tellCells(lines.length ? withoutLines(record, lines) : record, fill(first));
  const rows = [first];
  let isFree = true;
  for (const key of lines) {
    const value = record[key];
    for (const line of Array.isArray(value) ? value.filter(isObject) : []) {
      const row = isFree ? first : blank();
      if (!isFree) rows.push(row);
      isFree = false;
      tellCells(line, fill(row), `${key}.`, 2);
    }
  }
  return rows;
}

async function* cut(texts: AsyncIterable<string>, cutter: JsonCutter): AsyncGenerator<JsonText[]> {
  try {
    for await (const text of texts) yield cutter.push(text);
    yield cutter.end();
  } catch (error) {
    if (error instanceof JsonEndlessError) throw new TableRefusedError(error.message);
    throw error;
  }
}
