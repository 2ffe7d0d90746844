import { isBlankText, tidyText } from '@pellucid/conditions';
import {
  CellError,
  type ColumnConventions,
  currencyFieldOf,
  currencyOf,
  type FieldDescriptor,
  listItems,
  numberOf,
  type RecordDescriptor,
  shownText,
} from '@pellucid/platform/records';
import { raggedness, type TableRow } from '../tables/table-file.js';
import { refuseFormulaError } from '../values/formula-error.js';
import type { ImportPlan, PlannedTarget } from './import-plan.js';

/** A row being imported: values are parsed, references are still texts. */
export interface ReadRow {
  row: number;
  cells: string[];
  /** Why the row cannot be imported; empty if it can. */
  reasons: string[];
  values: Record<string, unknown>;
  references: { target: PlannedTarget; texts: string[] }[];
  provenance: { createdAt?: string; createdBy?: { kind: string; id: string | null } };
  /** Currencies that the signs next to the row's amounts may mean, by the field that contains the currency. */
  currencies: Map<string, RowCurrency>;
  /** Id of the row's record, if an earlier attempt wrote it. */
  recordId?: string;
}

/** What the signs next to amounts say about a record's currency. */
export interface RowCurrency {
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
 * Reads the cells of a row according to the plan. An empty cell sets nothing: a new record gets defaults, an existing
 * one keeps its value.
 * @param descriptor description of the object as the tenant sees it now (options may have been added since the plan was
 *   made)
 */
export function readRow(
  row: TableRow,
  plan: ImportPlan,
  descriptor: RecordDescriptor,
  conventions: ColumnConventions[],
): ReadRow {
  const read: ReadRow = {
    row: row.row,
    cells: row.cells,
    reasons: [],
    values: {},
    references: [],
    provenance: {},
    currencies: new Map(),
  };
  const ragged = raggedness(row, plan.columns.length);
  if (ragged) {
    read.reasons.push(ragged);
    return read;
  }
  for (const [at, target] of plan.targets.entries()) {
    const text = cellText(row, target, plan);
    if (text === undefined) continue;
    if (text.includes('\u0000')) {
      read.reasons.push(
        `${target.columnName}: the cell contains a NUL character, which can't be stored. Remove it.`,
      );
      continue;
    }
    try {
      refuseFormulaError(text);
    } catch (error) {
      read.reasons.push(`${target.columnName}: ${(error as CellError).message}`);
      continue;
    }
    if (target.reference) {
      const texts = target.field.traits.isList ? listItems(text) : [text];
      if (texts.length) read.references.push({ target, texts });
      continue;
    }
    try {
      const field = descriptor.byKey.get(target.field.key) ?? target.field;
      const isNumber = row.numbers?.has(target.column) ?? false;
      const value = field.traits.isAmount
        ? amountOf(read, text, field, conventions[at]!, isNumber)
        : field.traits.cell.read(text, field, conventions[at]!, isNumber);
      if (target.provenance) read.provenance.createdAt = value as string;
      else read.values[field.key] = value;
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      read.reasons.push(`${target.columnName}: ${error.message}`);
    }
  }
  checkCurrencies(read, descriptor);
  return read;
}

/**
 * Returns the amount in a cell, and records the currency next to it.
 * @throws CellError when the field cannot be in that currency
 */
function amountOf(
  read: ReadRow,
  text: string,
  field: FieldDescriptor,
  conventions: ColumnConventions,
  isNumber: boolean,
): string {
  const { value, currency } = numberOf(text, field, conventions, isNumber);
  if (!currency) return value;
  const { baseCurrency } = conventions;
  const { currencies: codes } = currency;
  if (codes.length === 0) throw new CellError(`${shownText(text)} isn't a currency in use.`);
  const currencyKey = currencyFieldOf(field);
  if (currencyKey === undefined) {
    const only = currencyOf(field, {}, baseCurrency);
    if (codes.includes(only)) return value;
    throw new CellError(
      `${shownText(text)} is in ${codes[0]}, but "${field.label}" is in ${only}. Convert the amount.`,
    );
  }
  const known = read.currencies.get(currencyKey);
  const likely = codes.includes(baseCurrency) ? [baseCurrency, ...codes] : codes;
  const both = known ? known.codes.filter((code) => codes.includes(code)) : likely;
  if (both.length === 0)
    throw new CellError(`${shownText(text)} is in ${codes[0]}, but ${known!.said} is in ${known!.codes[0]}.`);
  const isUnclear = currency.isShared === true && both.length > 1 && both[0] !== baseCurrency;
  read.currencies.set(currencyKey, { codes: both, said: shownText(text), isUnclear });
  return value;
}

/** A sign that contradicts the row's own currency column fails the row; one that agrees adds nothing. */
function checkCurrencies(read: ReadRow, descriptor: RecordDescriptor): void {
  for (const [key, { codes, said }] of read.currencies) {
    const given = read.values[key];
    if (given === undefined) continue;
    if (!codes.includes(String(given)))
      read.reasons.push(
        `${said} is in ${codes[0]}, but "${descriptor.byKey.get(key)?.label ?? key}" is ${String(given)}. Correct one of them.`,
      );
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
