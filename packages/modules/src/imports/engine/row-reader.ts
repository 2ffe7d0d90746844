import { isBlankText, tidyText } from '@pellucid/conditions';
import {
  CellError,
  type ColumnConventions,
  currencyFieldOf,
  currencyOf,
  type FieldDescriptor,
  fieldOf,
  listItems,
  numberOf,
  type RecordDescriptor,
  shownText,
} from '@pellucid/platform/records';
import { raggedness, type TableRow } from '../tables/table-file.js';
import { cellReason, type Reason, reason } from '../reasons/reason.js';
import { refuseFormulaError } from '../values/formula-error.js';
import { type ImportPlan, isTooLong, type PlannedTarget } from './import-plan.js';
import type { RecordRows } from './record-rows.js';

/** A record being imported, from its row or rows: values are parsed, references are still texts. */
export interface ReadRow {
  /** Number of its first row. */
  row: number;
  rows: TableRow[];
  /** Number of its first row in the whole file. */
  first: number;
  /** Why it cannot be imported; empty if it can. */
  reasons: RowReason[];
  values: Record<string, unknown>;
  lines: ReadLine[];
  references: ReadReference[];
  provenance: { createdAt?: string; createdBy?: { kind: string; id: string | null } };
  /** Currencies that the signs next to its amounts may mean, by the field that contains the currency. */
  currencies: Map<string, RowCurrency>;
  /** Id of the record, if an earlier attempt wrote it. */
  recordId?: string;
}

/** A line of a record, from one row. */
export interface ReadLine {
  row: number;
  /** Key of the lines that it is one of. */
  collection: string;
  /** By the names that fields have in a line. */
  values: Record<string, unknown>;
}

/** A reference in a cell, of the record or of a line. */
export interface ReadReference {
  row: number;
  target: PlannedTarget;
  texts: string[];
  line: ReadLine | undefined;
}

/** Why a row cannot be imported. */
export interface RowReason {
  row: number;
  reason: Reason;
}

/** What the signs next to amounts say about a record's currency. */
export interface RowCurrency {
  /** Number of the row with the cell. */
  row: number;
  /** ISO 4217 codes, the most likely first. */
  codes: readonly string[];
  /** A cell with the sign, as quoted in messages. */
  said: string;
  /** Whether nothing tells which of them is meant. */
  isUnclear: boolean;
}

/** Returns the text of a target's cell, replaced if the person chose so; undefined when the cell is empty. */
export function cellText(row: TableRow, target: PlannedTarget, plan: ImportPlan): string | undefined {
  let text: string | null | undefined = row.cells[target.column] ?? '';
  const replacements = plan.replacements.get(target.column);
  if (replacements) {
    if (replacements.has(text)) text = replacements.get(text);
    else if (replacements.has(tidyText(text))) text = replacements.get(tidyText(text));
  }
  if (text === null || text === undefined || text === '') return undefined;
  // Blanks are content in a long text, and count as empty in every other field.
  const isKept = target.field.traits.isMultiline && !target.reference;
  return isKept || !isBlankText(text) ? text : undefined;
}

/**
 * Reads the cells of a record's rows according to the plan. An empty cell sets nothing: a new record gets defaults, an
 * existing one keeps its value. So further rows may leave out the values of the record, or repeat them.
 * @param descriptor description of the object as the tenant sees it now (options may have been added since the plan was
 *   made)
 */
export function readRecord(
  { rows, count, first }: RecordRows,
  plan: ImportPlan,
  descriptor: RecordDescriptor,
  conventions: ColumnConventions[],
): ReadRow {
  const read: ReadRow = {
    row: rows[0]!.row,
    rows,
    first,
    reasons: [],
    values: {},
    lines: [],
    references: [],
    provenance: {},
    currencies: new Map(),
  };
  if (isTooLong(plan, count)) {
    const { key, max } = plan.lines[0]!.collection;
    const tooMany = reason('tooManyLines', { count, object: plan.object, row: first, lines: key, max });
    read.reasons.push(...rows.map(({ row }) => ({ row, reason: tooMany })));
    return read;
  }
  /** The first cell of each target of the record. */
  const told = new Map<PlannedTarget, { row: number; text: string }>();
  for (const row of rows) readCells({ read, row, plan, descriptor, conventions, told });
  if (read.lines.length && !told.size && !read.reasons.length) {
    const { row, lines, reasons } = read;
    const { collection } = lines[0]!;
    reasons.push({
      row,
      reason: reason('linesWithoutRecord', { lines: collection, object: plan.object }),
    });
  }
  checkCurrencies(read);
  return read;
}

/** What reading the cells of one row needs. */
interface RowReading {
  read: ReadRow;
  row: TableRow;
  plan: ImportPlan;
  descriptor: RecordDescriptor;
  conventions: ColumnConventions[];
  told: Map<PlannedTarget, { row: number; text: string }>;
}

function readCells({ read, row, plan, descriptor, conventions, told }: RowReading): void {
  const refuse = (why: Reason) => read.reasons.push({ row: row.row, reason: why });
  const ragged = raggedness(row, plan.columns.length);
  if (ragged) {
    refuse(ragged);
    return;
  }
  const lines = new Map<string, ReadLine>();
  const isMatchKey = ({ key }: FieldDescriptor) => plan.matchBy.some((field) => field.key === key);
  for (const [at, target] of plan.targets.entries()) {
    const text = cellText(row, target, plan);
    if (text === undefined) continue;
    const { columnName, field: planned } = target;
    const line = planned.line && lineOf(read, row.row, planned.line.collection, lines);
    const earlier = line ? undefined : told.get(target);
    if (earlier) {
      // The rows are about one record because these are equal, as far as matching goes.
      if (!isMatchKey(planned) && tidyText(earlier.text) !== tidyText(text))
        refuse(
          reason('contradictsRow', {
            cell: shownText(text),
            other: shownText(earlier.text),
            row: earlier.row,
            object: plan.object,
            column: columnName,
          }),
        );
      continue;
    }
    if (!line) told.set(target, { row: row.row, text });
    if (text.includes('\u0000')) {
      refuse(reason('nulCharacter', { column: columnName }));
      continue;
    }
    try {
      refuseFormulaError(text);
      if (target.reference) {
        const texts = planned.traits.isList ? listItems(text) : [text];
        if (texts.length) read.references.push({ row: row.row, target, texts, line });
        continue;
      }
      const field = fieldOf(descriptor, planned.key) ?? planned;
      const isNumber = row.numbers?.has(target.column) ?? false;
      const value = field.traits.isAmount
        ? amountOf(read, row.row, text, field, conventions[at]!, isNumber)
        : field.traits.cell.read(text, field, conventions[at]!, isNumber);
      if (target.provenance) read.provenance.createdAt = value as string;
      else if (line) line.values[field.line!.name] = value;
      else read.values[field.key] = value;
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      refuse(cellReason(error, columnName, planned));
    }
  }
}

/** Returns the line of a row, which it gets with its first value. */
function lineOf(read: ReadRow, row: number, collection: string, lines: Map<string, ReadLine>): ReadLine {
  let line = lines.get(collection);
  if (!line) {
    line = { row, collection, values: {} };
    lines.set(collection, line);
    read.lines.push(line);
  }
  return line;
}

/**
 * Returns the amount in a cell, and records the currency next to it.
 * @throws CellError when the field cannot be in that currency
 */
function amountOf(
  read: ReadRow,
  row: number,
  text: string,
  field: FieldDescriptor,
  conventions: ColumnConventions,
  isNumber: boolean,
): string {
  const { value, currency } = numberOf(text, field, conventions, isNumber);
  if (!currency) return value;
  const { baseCurrency } = conventions;
  const { currencies: codes } = currency;
  if (codes.length === 0) throw new CellError('unusedCurrency', { cell: shownText(text) });
  const currencyKey = currencyFieldOf(field);
  if (currencyKey === undefined) {
    const only = currencyOf(field, {}, baseCurrency);
    if (codes.includes(only)) return value;
    throw new CellError('fixedCurrency', {
      cell: shownText(text),
      currency: codes[0]!,
      field: field.label,
      only,
    });
  }
  const known = read.currencies.get(currencyKey);
  const likely = codes.includes(baseCurrency) ? [baseCurrency, ...codes] : codes;
  const both = known ? known.codes.filter((code) => codes.includes(code)) : likely;
  if (both.length === 0)
    throw new CellError('twoCurrencies', {
      cell: shownText(text),
      currency: codes[0]!,
      other: known!.said,
      known: known!.codes[0]!,
    });
  const isUnclear = currency.isShared === true && both.length > 1 && both[0] !== baseCurrency;
  read.currencies.set(currencyKey, { row, codes: both, said: shownText(text), isUnclear });
  return value;
}

/** A sign that contradicts the record's own currency column fails it; one that agrees adds nothing. */
function checkCurrencies(read: ReadRow): void {
  for (const [key, { row, codes, said }] of read.currencies) {
    const given = read.values[key];
    if (given === undefined) continue;
    if (!codes.includes(String(given)))
      read.reasons.push({
        row,
        reason: reason('currencyContradicts', {
          cell: said,
          currency: codes[0]!,
          field: key,
          known: String(given),
        }),
      });
    read.currencies.delete(key);
  }
}

/** Returns the values of select fields that are not options yet, by field key. */
export function unknownOptions(rows: ReadRow[], descriptor: RecordDescriptor): Map<string, Set<string>> {
  const unknown = new Map<string, Set<string>>();
  for (const field of descriptor.fields) {
    if (!field.openOptions || field.references) continue;
    const known = new Set(field.options?.map((o) => o.value));
    for (const row of rows) {
      if (row.reasons.length) continue;
      for (const value of [row.values[field.key] ?? []].flat() as string[]) {
        if (known.has(value) || value.length > field.maxLength) continue;
        const set = unknown.get(field.key) ?? new Set();
        unknown.set(field.key, set.add(value));
      }
    }
  }
  return unknown;
}
