import { normalizeText, tidyKey } from '@pellucid/conditions';
import { CellError, type ColumnConventions, type FieldDescriptor } from '@pellucid/platform/records';
import type { TableRow } from '../tables/table-file.js';
import { ImportImpossibleError } from './import-end.js';
import { type ImportPlan, isTooLong, type PlannedTarget } from './import-plan.js';
import { keyPart } from './record-matching.js';
import { cellText } from './row-reader.js';

/** The rows of a file that are about one record: more than one if its lines are in rows of their own. */
export interface RecordRows {
  rows: TableRow[];
  /** Number of its rows in the whole file. If these are too many to be held, each comes on its own. */
  count: number;
  /** Number of the first one. */
  first: number;
}

/**
 * Most characters of rows that are held until the last row of their record is read. Rows that stand together are not
 * counted.
 */
const MOST_HELD = 32_000_000;

/** Tells which rows are about the same record, as it is shown the rows in order. */
class RowGrouping {
  private readonly keys: (PlannedTarget | undefined)[];
  private readonly own: PlannedTarget[];
  private readonly ofLines: PlannedTarget[];
  private above: string | undefined;

  constructor(
    private readonly plan: ImportPlan,
    private readonly conventions: ColumnConventions[],
  ) {
    const { targets, matchBy } = plan;
    this.keys = matchBy.map(({ key }) => targets.find((t) => t.field.key === key));
    this.own = targets.filter((t) => !t.field.line);
    this.ofLines = targets.filter((t) => t.field.line);
  }

  /** Returns a name for the record that the row is about. It is the same for all rows of the record. */
  next(row: TableRow): string {
    if (!this.plan.lines.length) return String(row.row);
    this.above = this.matchKey(row) ?? (this.continues(row) ? this.above! : String(row.row));
    return this.above;
  }

  /** The match fields of the row; undefined if one is empty. */
  private matchKey(row: TableRow): string | undefined {
    if (!this.keys.length) return undefined;
    const parts: string[] = [];
    for (const target of this.keys) {
      const text = target && cellText(row, target, this.plan);
      if (text === undefined) return undefined;
      parts.push(this.compared(text, target!, row));
    }
    return JSON.stringify(parts);
  }

  /** Returns a cell in the form in which it is compared: "1.0" and "1" are the same number. */
  private compared(text: string, target: PlannedTarget, { numbers }: TableRow): string {
    const { field, column } = target;
    if (field.isKey) return tidyKey(text);
    if (field.traits.family === 'text') return field.form.norm(text);
    if (!isComparedByValue(field)) return normalizeText(text);
    const conventions = this.conventions[this.plan.targets.indexOf(target)]!;
    try {
      const value = field.traits.cell.read(text, field, conventions, numbers?.has(column) ?? false);
      return keyPart(field, value) ?? normalizeText(text);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      return normalizeText(text);
    }
  }

  /** Whether the row has a line but nothing about the record, so that it continues the record above. */
  private continues(row: TableRow): boolean {
    const isFilled = (target: PlannedTarget) => cellText(row, target, this.plan) !== undefined;
    return this.above !== undefined && !this.own.some(isFilled) && this.ofLines.some(isFilled);
  }
}

/** Whether the same value may be written in several ways, which the conventions of its column tell. */
const isComparedByValue = ({ isKey, traits: { family } }: FieldDescriptor) =>
  !isKey && family !== 'text' && family !== 'reference';

/** Where the rows of a record are in the file. */
interface Span {
  first: number;
  last: number;
  count: number;
  characters: number;
}

/** Where the rows of records are, learnt by reading the file once. */
export class RowSpans {
  private readonly grouping: RowGrouping;
  private readonly spans = new Map<string, Span>();
  private readonly apart = new Set<Span>();
  private latest: Span | undefined;

  /** @param conventions by target; may be filled later if the plan needs none, see {@link needsConventions} */
  constructor(
    private readonly plan: ImportPlan,
    private readonly conventions: ColumnConventions[],
  ) {
    this.grouping = new RowGrouping(plan, conventions);
  }

  /** Whether the rows of a record are known only when it is known how its columns are read. */
  static needsConventions({ lines, matchBy }: ImportPlan): boolean {
    return lines.length > 0 && matchBy.some(isComparedByValue);
  }

  /** Whether each row is a record of its own. */
  get isPlain(): boolean {
    return this.plan.lines.length === 0;
  }

  /** Takes the next row of the file. */
  add(row: TableRow): void {
    if (this.isPlain) return;
    const key = this.grouping.next(row);
    const span = this.spans.get(key) ?? { first: row.row, last: row.row, count: 0, characters: 0 };
    if (!span.count) this.spans.set(key, span);
    else if (span !== this.latest) this.apart.add(span);
    span.last = row.row;
    span.count++;
    for (const cell of row.cells) span.characters += cell.length;
    this.latest = span;
  }

  /** @throws ImportImpossibleError if too much would have to be held in memory */
  check(): void {
    let held = 0;
    for (const span of this.apart) if (!isTooLong(this.plan, span.count)) held += span.characters;
    if (held > MOST_HELD) throw new ImportImpossibleError('rowsFarApart');
  }

  /**
   * Yields the rows of each record once the last one is read.
   * @param rows all rows of the file, some at a time
   * @param after records whose last row is not after this one are left out
   */
  async *records(rows: AsyncIterable<TableRow[]>, after: number): AsyncGenerator<RecordRows> {
    const grouping = new RowGrouping(this.plan, this.conventions);
    const held = new Map<string, TableRow[]>();
    for await (const some of rows)
      for (const row of some) {
        const { row: number } = row;
        if (this.isPlain) {
          if (number > after) yield { rows: [row], count: 1, first: number };
          continue;
        }
        const key = grouping.next(row);
        const { first, last, count } = this.spans.get(key)!;
        if (isTooLong(this.plan, count)) {
          if (number > after) yield { rows: [row], count, first };
          continue;
        }
        if (last <= after) continue;
        const own = held.get(key) ?? [];
        own.push(row);
        if (number < last) held.set(key, own);
        else {
          held.delete(key);
          yield { rows: own, count, first };
        }
      }
  }
}

/** Returns the rows by record. @param rows in the order of the file @param conventions by target */
export function byRecord(rows: TableRow[], plan: ImportPlan, conventions: ColumnConventions[]): RecordRows[] {
  const grouping = new RowGrouping(plan, conventions);
  return [...Map.groupBy(rows, (row) => grouping.next(row)).values()].map((own) => ({
    rows: own,
    count: own.length,
    first: own[0]!.row,
  }));
}
