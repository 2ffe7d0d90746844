/** How a deal in a stage stands. */
export const STAGE_CATEGORIES = ['open', 'won', 'lost'] as const;

/** How a deal in a stage stands. */
export type StageCategory = (typeof STAGE_CATEGORIES)[number];

/** The objects that stages and pipelines of other systems become. */
export const STAGES = 'stage';
export const PIPELINES = 'pipeline';

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
  /** Its columns are not mapped yet, so moves name it as not brought. */
  isUnmapped?: true;
  /** Rows of an `update` add to records that another file brings. */
  mode?: 'update';
  /** The column with the source's id of the record. */
  id: string;
  /** By column. Of several columns for one field, the first that the file has counts. */
  columns: Readonly<Record<string, string | SourceColumn>>;
  /** Columns that say nothing here: no field is proposed for them. */
  ignored?: readonly (string | RegExp)[];
  /** Returns a function that says why a row is left out, if it is. It is shown the rows in order. */
  skips?: () => (cell: CellOf) => SkipReason | undefined;
  /** How a deal ended. */
  outcome?: (cell: CellOf) => Exclude<StageCategory, 'open'> | undefined;
  /** When its records were in which stage, if the columns tell. */
  history?: SourceHistory;
}

/** That a deal entered a stage, as a file tells it. */
export interface SourceStay {
  /** The source's id of the deal. */
  deal: string;
  stage: string;
  pipeline: string;
  at: string;
  /** How the source calls the person who moved it. */
  by: string;
}

/** Tells from rows when records were in which stage. */
export interface SourceHistory {
  object: string;
  /** Returns a function that tells what a row says; undefined if the columns say nothing of stages. */
  reader(columns: readonly string[]): ((cell: CellOf) => SourceStay[]) | undefined;
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
  history: SourceHistory;
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
  /** What ids of its people look like: nobody is named like that. */
  personIds?: RegExp;
  /** The zone of times without one; that of the company here by default. */
  zone?: 'UTC';
  /** What it puts before cells that a spreadsheet would take for formulas. */
  guard?: RegExp;
}

/** Returns how names of columns are compared: labels differ in case between versions of a system. */
export const foldColumn = (name: string): string => name.trim().toLowerCase();

const folded = new WeakMap<RecordFile, ReadonlyMap<string, SourceColumn>>();

/** Returns what the columns of a file become, by their folded names, in order. */
export function columnsOf(file: RecordFile): ReadonlyMap<string, SourceColumn> {
  let columns = folded.get(file);
  if (!columns) {
    columns = new Map(
      Object.entries(file.columns).map(([name, given]) => [
        foldColumn(name),
        typeof given === 'string' ? { field: given } : given,
      ]),
    );
    folded.set(file, columns);
  }
  return columns;
}

/** Returns what a column becomes, in full. */
export const columnOf = (file: RecordFile, column: string): SourceColumn | undefined =>
  columnsOf(file).get(foldColumn(column));

/** Whether a column of a file says nothing here. */
export const isIgnored = ({ ignored = [] }: RecordFile, column: string): boolean =>
  ignored.some((one) =>
    typeof one === 'string' ? foldColumn(one) === foldColumn(column) : one.test(column.trim()),
  );

/** Whether a cell says yes. */
export const isYes = (text: string): boolean =>
  ['1', 'true', 'yes', 'ja'].includes(text.trim().toLowerCase());

/** Leaves out rows that the source's recycle bin holds. */
export const skipDeleted =
  (column: string) =>
  () =>
  (cell: CellOf): SkipReason | undefined =>
    isYes(cell(column)) ? 'deletedInSource' : undefined;

/** Returns the history of a file with a row for each stay. */
export const stayPerRow = (
  object: string,
  columns: { deal: string; stage: string; at: string; by: string },
): SourceHistory => ({
  object,
  reader: () => (cell) => [
    {
      deal: cell(columns.deal),
      stage: cell(columns.stage),
      pipeline: '',
      at: cell(columns.at),
      by: cell(columns.by),
    },
  ],
});

/**
 * Columns of a person's names. Here, a person has a last name: the first name stands in for it, or whatever else names
 * the person.
 */
export const personNames = (first: string, last: string, ...otherwise: string[]) => ({
  [first]: { field: 'firstName', read: (text: string, cell: CellOf) => (cell(last).trim() ? text : '') },
  [last]: {
    field: 'lastName',
    read: (text: string, cell: CellOf) =>
      [text, ...[first, ...otherwise].map((column) => cell(column))].find((one) => one.trim()) ?? '',
  },
});

/** Returns the day of a date with a time. */
export const dayOf = (text: string): string => text.trim().split(/[ T]/)[0]!;

/** Returns the first of several items of a cell. */
export const firstItem = (text: string): string => text.split(';')[0]!.trim();

/** Returns a constant of the source as words: `COMPUTER_SOFTWARE` is "Computer software". */
export function inWords(text: string): string {
  if (!/^[A-Z][A-Z0-9_]+$/.test(text)) return text;
  const words = text.toLowerCase().replaceAll('_', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}
