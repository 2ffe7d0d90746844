import { tidyText } from '@pellucid/conditions';
import type { TableRow } from '@pellucid/modules/imports';
import type { FieldDescriptor } from '@pellucid/platform/records';
import { categoryByName } from './stage-names.rules.js';
import {
  type CellOf,
  columnsOf,
  foldColumn,
  type RecordFile,
  type SourceColumn,
  type SourceStay,
  type SourceSystem,
  type StageCategory,
} from '../catalogues/index.js';

/** Most people, stages and values of choices that a plan lists. */
const MOST_LISTED = 2_000;

/** What a text in a column of stages means: its stage, within its pipeline if files name one. */
export interface FoundStage {
  name: string;
  pipeline: string | null;
  category: StageCategory;
  count: number;
}

/** A column of a file with the field that it fills. */
export interface FilledColumn {
  column: string;
  source: SourceColumn;
  field: FieldDescriptor;
}

/** Returns the text of a cell as it is imported. */
export function cellText({ read }: SourceColumn, text: string, cell: CellOf): string {
  return read ? read(text, cell) : text;
}

/** Returns what a stage of the source is known by: stages of two pipelines may have the same name. */
export function stageKey(pipeline: string, stage: string): string {
  return pipeline ? `${pipeline} › ${stage}` : stage;
}

/** What the rows of a source's files contain that people have to decide about. */
export class FileContents {
  /** Number of cells that name a person, by text, with the person's name if another column has it. */
  readonly people = new Map<string, { count: number; name: string }>();
  readonly stages = new Map<string, FoundStage>();
  /** Number of cells by file, column and text, for choices with fixed options. */
  readonly choices = new Map<string, Map<string, Map<string, number>>>();

  /**
   * Takes a row.
   * @param filled columns whose values refer to people or stages, or are choices with fixed options
   */
  take(fileId: string, file: RecordFile, filled: readonly FilledColumn[], cell: CellOf): void {
    for (const { column, source, field } of filled) {
      const text = tidyText(cellText(source, cell(column), cell));
      if (!text) continue;
      if (field.lookupScope)
        this.noteStage(text, source.pipeline ? tidyText(cell(source.pipeline)) : '', file.outcome?.(cell));
      else if (field.references) this.notePerson(text, source.named ? cell(source.named) : '');
      else this.noteChoice(fileId, column, text);
    }
  }

  /** Takes what a history tells. */
  takeStay({ stage, pipeline, by }: SourceStay): void {
    if (tidyText(stage)) this.noteStage(tidyText(stage), tidyText(pipeline));
    if (tidyText(by)) this.notePerson(tidyText(by));
  }

  private noteStage(text: string, within: string, outcome?: StageCategory): void {
    const key = stageKey(within, text);
    const known = this.stages.get(key);
    if (known) {
      known.count++;
      if (outcome) known.category = outcome;
    } else if (this.stages.size < MOST_LISTED)
      this.stages.set(key, {
        name: text,
        pipeline: within || null,
        category: outcome ?? categoryByName(text),
        count: 1,
      });
  }

  private notePerson(text: string, name = ''): void {
    const known = this.people.get(text);
    if (known) known.count++;
    else if (this.people.size < MOST_LISTED) this.people.set(text, { count: 1, name: tidyText(name) });
  }

  private noteChoice(fileId: string, column: string, text: string): void {
    const columns = this.choices.get(fileId) ?? new Map<string, Map<string, number>>();
    const values = columns.get(column) ?? new Map<string, number>();
    if (values.has(text) || values.size < MOST_LISTED) values.set(text, (values.get(text) ?? 0) + 1);
    this.choices.set(fileId, columns.set(column, values));
  }
}

/** Returns a reader of rows by the names of their columns. Cells are as they were before the source guarded them. */
export function cellsOf(
  columns: readonly string[],
  { guard }: Pick<SourceSystem, 'guard'>,
): (row: TableRow) => CellOf {
  const at = new Map(columns.map((name, i) => [foldColumn(name), i]));
  return ({ cells }) =>
    (column) => {
      const i = at.get(foldColumn(column));
      const text = i === undefined ? '' : (cells[i] ?? '');
      return guard ? text.replace(guard, '') : text;
    };
}

/** Returns the columns of a file that its catalogue knows, each with the field that it fills. */
export function knownColumns(
  file: RecordFile,
  columns: readonly string[],
  fieldNamed: (key: string) => FieldDescriptor | undefined,
): FilledColumn[] {
  const taken = new Set<string>();
  const own = new Map(columns.map((column) => [foldColumn(column), column]));
  return [...columnsOf(file)].flatMap(([folded, source]) => {
    const column = own.get(folded);
    const field = column !== undefined && !taken.has(source.field) ? fieldNamed(source.field) : undefined;
    if (column === undefined || !field) return [];
    taken.add(source.field);
    return [{ column, source, field }];
  });
}
