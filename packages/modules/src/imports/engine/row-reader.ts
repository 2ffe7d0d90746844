import type { RecordDescriptor } from '@pellucid/platform/records';
import { raggedness, type TableRow } from '../tables/table-file.js';
import { CellError, type ColumnConventions, cellValue, listItems } from '../values/cell-value.js';
import type { ImportPlan, PlannedTarget } from './import-plan.js';

/** A row on its way: values read, references still as text. */
export interface ReadRow {
  row: number;
  cells: string[];
  /** Why the row cannot be imported; empty while it can. */
  reasons: string[];
  values: Record<string, unknown>;
  references: { target: PlannedTarget; texts: string[] }[];
  provenance: { createdAt?: string; createdBy?: { kind: string; id: string | null } };
}

/** The text of a target's cell, replaced where the person said so; undefined when there is nothing in it. */
export function cellText(row: TableRow, target: PlannedTarget, plan: ImportPlan): string | undefined {
  let text: string | null | undefined = row.cells[target.column] ?? '';
  const replacements = plan.replacements.get(target.column);
  if (replacements) {
    if (replacements.has(text)) text = replacements.get(text);
    else if (replacements.has(text.trim())) text = replacements.get(text.trim());
  }
  if (text === null || text === undefined || text === '') return undefined;
  // Blanks are content of a text, and nothing for everything else.
  const isText = target.field.type === 'text' || target.field.type === 'longText';
  return isText && !target.reference ? text : text.trim() === '' ? undefined : text;
}

/**
 * Reads the cells of a row by the plan. An empty cell says nothing: defaults apply to a new record, an existing one keeps
 * what it has.
 * @param descriptor of the object as the tenant sees it now (options may have been added since the plan was made)
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
        `${target.columnName}: the cell contains a NUL character, which cannot be stored: remove it.`,
      );
      continue;
    }
    if (target.reference) {
      const texts = target.field.type === 'multiSelect' ? listItems(text) : [text];
      if (texts.length) read.references.push({ target, texts });
      continue;
    }
    try {
      const field = descriptor.byKey.get(target.field.key) ?? target.field;
      const value = cellValue(text, field, conventions[at]!);
      if (target.provenance) read.provenance.createdAt = value as string;
      else read.values[field.key] = value;
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      read.reasons.push(`${target.columnName}: ${error.message}`);
    }
  }
  return read;
}

/** Values of select fields that are no option yet, by field key. */
export function unknownOptions(rows: ReadRow[], descriptor: RecordDescriptor): Map<string, Set<string>> {
  const unknown = new Map<string, Set<string>>();
  for (const field of descriptor.fields) {
    if (!field.openOptions || (field.type !== 'select' && field.type !== 'multiSelect') || field.references)
      continue;
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
