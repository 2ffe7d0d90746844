import type { StageCategory } from '@pellucid/modules/pipelines';

/** Returns the text of a row's cell in a column; empty if there is none. */
export type CellOf = (column: string) => string;

/** What a column of a source's file becomes. */
export interface SourceColumn {
  /** Key of the field. */
  field: string;
  /** How records that it refers to are found; by the source's id unless it says otherwise. */
  by?: 'name';
  /** For people: the column with the person's name, if this one holds an id. */
  named?: string;
  /** For stages: the column with the pipeline. */
  pipeline?: string;
  /** Returns the text to import. */
  read?: (text: string, cell: CellOf) => string;
}

/** Why rows are left out. */
export type SkipReason = 'deletedInSource' | 'otherPriceBook' | 'notPrimary' | 'otherField' | 'damaged';

/** A kind of file that a source exports. */
export interface SourceFile {
  /** What the source calls its rows. */
  name: string;
  /** Columns by which the file is recognised. */
  signature: readonly string[];
}

/** A file whose rows become records, or change them. */
export interface RecordFile extends SourceFile {
  kind: 'records';
  /** Key of the object. The product may not have it yet. */
  object: string;
  /** Rows of an `update` add to records that another file brings. */
  mode?: 'update';
  /** The column with the source's id of the record. */
  id: string;
  /** By column. Of several columns for one field, the first that the file has counts. */
  columns: Readonly<Record<string, string | SourceColumn>>;
  /** Columns that say nothing here: no field is proposed for them. */
  ignored?: readonly string[];
  /** Returns a function that says why a row is left out, if it is. It is shown the rows in order. */
  skips?: () => (cell: CellOf) => SkipReason | undefined;
  /** How a deal ended. */
  outcome?: (cell: CellOf) => Exclude<StageCategory, 'open'> | undefined;
}

/** A file with the people of the source. They become no records: each is matched with a person here. */
export interface PeopleFile extends SourceFile {
  kind: 'people';
  id: string;
  nameOf: (cell: CellOf) => string;
  email: string;
}

/** A file that says when deals were in which stage. */
export interface StageHistoryFile extends SourceFile {
  kind: 'stageHistory';
  /** The column with the source's id of the deal. */
  deal: string;
  stage: string;
  at: string;
  by: string;
  skips?: () => (cell: CellOf) => SkipReason | undefined;
}

/** A kind of file of a source. */
export type AnySourceFile = RecordFile | PeopleFile | StageHistoryFile;

/** A CRM that people move from. */
export interface SourceSystem {
  key: string;
  label: string;
  files: readonly AnySourceFile[];
  /** Put before its ids, if other systems may have the same ones. */
  idPrefix?: string;
  /** Whether a column holds a field that the company added there. */
  isCustom?: (column: string) => boolean;
}

/** Returns what a column becomes, in full. */
export const columnOf = (file: RecordFile, column: string): SourceColumn | undefined => {
  if (!Object.hasOwn(file.columns, column)) return undefined;
  const given = file.columns[column]!;
  return typeof given === 'string' ? { field: given } : given;
};

/** Whether a cell says yes. */
export const isYes = (text: string): boolean =>
  ['1', 'true', 'yes', 'ja'].includes(text.trim().toLowerCase());

/** Leaves out rows that the source's recycle bin holds. */
export const skipDeleted =
  (column: string) =>
  () =>
  (cell: CellOf): SkipReason | undefined =>
    isYes(cell(column)) ? 'deletedInSource' : undefined;

/** Returns the first of several items of a cell. */
export const firstItem = (text: string): string => text.split(';')[0]!.trim();

/** Returns a constant of the source as words: `COMPUTER_SOFTWARE` is "Computer software". */
export function inWords(text: string): string {
  if (!/^[A-Z][A-Z0-9_]+$/.test(text)) return text;
  const words = text.toLowerCase().replaceAll('_', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}
