import type { UnitOfWork } from '@pellucid/platform/db';
import type { FieldProblem } from '@pellucid/platform/errors';
import {
  type FilterContext,
  linesIn,
  type LoadedRecord,
  type OwnedLine,
  type RecordReader,
  visibilityIn,
} from '@pellucid/platform/records';
import type { ImportPlan, PlannedLines } from './import-plan.js';
import { problemReason, reason } from '../reasons/reason.js';
import { keyPart } from './record-matching.js';
import type { ReadLine, ReadRow, RowReason } from './row-reader.js';

/** Lines as a write takes them: all that the record shall have. */
export interface WrittenLines {
  /** By key of the lines. */
  values: Record<string, { id?: string }[]>;
  /** Version of the record that the lines were read from, so that lines which others add meanwhile stay. */
  ifMatch?: number;
  /** The row that each line comes from, by key of the lines; undefined for a line that stays as it is. */
  rows: Map<string, (number | undefined)[]>;
  reasons: RowReason[];
}

/** The lines that records have, as far as the importing person is shown them. */
export class PresentLines {
  private constructor(
    private readonly context: FilterContext,
    private readonly records: Map<string, LoadedRecord>,
  ) {}

  /** Reads the lines of records. @returns none if the plan fills no lines */
  static async of(
    uow: UnitOfWork,
    reader: RecordReader,
    context: FilterContext,
    { lines }: ImportPlan,
    ids: string[],
  ): Promise<PresentLines> {
    if (!lines.length || !ids.length) return new PresentLines(context, new Map());
    const keys = lines.map(({ collection }) => collection.key);
    const plan = reader.plan(context.descriptor, keys, { context, action: 'read', names: false });
    const rows = await uow.run(reader.byIds(plan, ids, context, 'read', 'living'));
    const records = rows.map((row) => plan.load(row as unknown as any[]));
    return new PresentLines(context, new Map(records.map((record) => [record.id, record])));
  }

  /** Lays the lines of the file over those that the record has. @param id of the record; undefined for a new one */
  laidOver(plan: ImportPlan, read: ReadRow, id?: string): WrittenLines {
    const record = id === undefined ? undefined : this.records.get(id);
    const written: WrittenLines = { values: {}, rows: new Map(), reasons: [] };
    if (record) written.ifMatch = record.version;
    for (const lines of plan.lines) {
      const { key } = lines.collection;
      const given = read.lines.filter(({ collection }) => collection === key);
      // Rows without lines say nothing about them.
      if (!given.length) continue;
      const laid = layOver(lines, given, record ? this.shown(lines, record, written.reasons, read.row) : []);
      written.reasons.push(...laid.reasons);
      written.values[key] = laid.lines.map(({ id, from }) => ({ ...from?.values, ...(id && { id }) }));
      written.rows.set(
        key,
        laid.lines.map(({ from }) => from?.row),
      );
    }
    return written;
  }

  /** Returns the lines of a record; notes why they cannot be matched. */
  private shown(
    { collection, matchBy }: PlannedLines,
    record: LoadedRecord,
    reasons: RowReason[],
    row: number,
  ): OwnedLine[] {
    const { access, descriptor, snapshot } = this.context;
    const rules = access.decide(descriptor.key, 'read', snapshot).rulesFor(record.bits);
    // The write refuses lines of a record whose lines are hidden.
    if (visibilityIn(record, rules, collection.key) === 'hidden') return [];
    if (matchBy && visibilityIn(record, rules, matchBy.key) !== 'clear')
      reasons.push({
        row,
        reason: reason('linesWithheld', {
          field: matchBy.key,
          object: descriptor.key,
          lines: collection.key,
        }),
      });
    return linesIn(record.state, collection);
  }
}

/** A line to be written: the id of one that is there, and the row that gives its values. */
interface LaidLine {
  id?: string;
  from?: ReadLine;
}

function layOver(
  { collection, mode, matchBy }: PlannedLines,
  given: ReadLine[],
  present: OwnedLine[],
): { lines: LaidLine[]; reasons: RowReason[] } {
  const reasons: RowReason[] = [];
  const idOf = ({ values }: ReadLine) => (values['id'] as string | undefined)?.toLowerCase();
  const byId = new Map(given.flatMap((line) => (idOf(line) ? [[idOf(line)!, line] as const] : [])));
  const matched = new Map<string, ReadLine>();
  if (mode === 'match' && matchBy) {
    const { name } = matchBy.line!;
    const keyOf = (values: Readonly<Record<string, unknown>>) => keyPart(matchBy, values[name]);
    const open = Map.groupBy(
      present.filter(({ id }) => !byId.has(id)),
      keyOf,
    );
    const wanted = Map.groupBy(
      given.filter((line) => !idOf(line)),
      ({ values }) => keyOf(values),
    );
    for (const [key, some] of wanted) {
      const found = key === undefined ? [] : (open.get(key) ?? []);
      // Several with the same value are told apart by their order, if none would be left over.
      if (found.length > some.length)
        reasons.push({
          row: some[0]!.row,
          reason: reason('linesAmbiguous', {
            count: found.length,
            lines: collection.key,
            field: matchBy.key,
          }),
        });
      else for (const [n, { id }] of found.entries()) matched.set(id, some[n]!);
    }
  }
  const kept = mode === 'replace' ? [] : present;
  const lines = kept.map(({ id }): LaidLine => {
    const from = byId.get(id) ?? matched.get(id);
    return from ? { id, from } : { id };
  });
  const used = new Set(lines.flatMap(({ from }) => from ?? []));
  for (const from of given) if (!used.has(from)) lines.push({ from });
  return { lines, reasons };
}

/** Returns why a record could not be written. A problem of a line stands at the row that the line comes from, and names the column. */
export function reasonInRow(
  problem: FieldProblem,
  { rows }: WrittenLines,
  read: ReadRow,
  plan: ImportPlan,
): RowReason {
  const [, collection, index, name] = problem.pointer.split('/');
  const row = rows.get(collection ?? '')?.[Number(index)];
  if (row === undefined) return { row: read.row, reason: problemReason(problem) };
  const target = plan.targets.find(({ field }) => field.key === `${collection}.${name}`);
  const found = problemReason(problem, target?.columnName);
  return {
    row,
    reason: target ? { ...found, params: { ...found.params, field: target.field.key } } : found,
  };
}
