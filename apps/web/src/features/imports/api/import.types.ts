import type { CustomFieldCreate } from '@pellucid/api-client';

export type ImportMode = 'create' | 'update' | 'upsert';
export type UnknownReference = 'create' | 'empty' | 'error';
/** What becomes of the lines that a record already has. */
export interface ImportedLines {
  mode: 'add' | 'replace' | 'match';
  /** For `match`: key of a field of the lines. */
  matchBy?: string;
}
export type DateOrder = 'YMD' | 'DMY' | 'MDY';
export type DecimalMark = '.' | ',';

/** The user's corrections to how a file is read. */
export interface Reading {
  encoding?: string;
  delimiter?: string;
  /** For all columns, or by column. */
  dateOrder?: DateOrder | Record<string, DateOrder>;
  decimalMark?: DecimalMark | Record<string, DecimalMark>;
  sheet?: string;
}

/** A field that the company can add for a column. */
export interface SuggestedCustomField {
  name: string;
  label: string;
  type: CustomFieldCreate['type'];
  scale?: number;
  options?: { value: string; label: string }[];
}

export interface InspectedColumn {
  name: string;
  samples: string[];
  /** Number of examined rows with a value in this column. */
  filled: number;
  suggestedField?: string;
  /** What it could be if no field fits; only for those who manage fields. */
  suggestedCustomField?: SuggestedCustomField;
  /** Absent if there are too many to list. */
  distinctValues?: string[];
  /** Whether all values are IDs of records, by which references are found. */
  areIds?: true;
  /** How its numbers or dates are read. */
  reading?: { samples: ReadSample[]; isUnclear: boolean } & (
    | { kind: 'number'; decimalMark: DecimalMark | null }
    | { kind: 'date'; dateOrder: DateOrder }
  );
}

/** A value as it is in the file and as it is read; null if it can't be read. */
export interface ReadSample {
  text: string;
  value: string | null;
  currency?: string;
}

/** Contents of a file: `POST /imports/inspect`. */
export interface Inspection {
  fileId: string;
  name: string;
  /** Bytes. */
  size: number;
  format: 'csv' | 'xlsx' | 'jsonl';
  /** Null for workbooks. */
  encoding: string | null;
  /** CSV files only. */
  delimiter: string | null;
  /** Workbooks only. */
  sheet: string | null;
  sheets: string[];
  dateOrder: DateOrder | null;
  columns: InspectedColumn[];
  rows: string[][];
  totalEstimate: number;
  totalIsExact: boolean;
  suggestions: { object: string; mapping: Record<string, string>; score: number }[];
  problems: { code: string; message: string }[];
  /** The user's last choices for a file with these columns. */
  previous: ImportOptions | null;
  /** The user's import whose failed rows these are. */
  corrects: { id: string; fileName: string } | null;
}

export interface ImportOptions extends Reading {
  object: string;
  mode: ImportMode;
  matchBy?: string[];
  mapping: Record<string, string | string[]>;
  /** By key of the lines. */
  lines?: Record<string, ImportedLines>;
  values?: Record<string, Record<string, string | null>>;
  references?: Record<string, { by: string; unknown: UnknownReference }>;
  unknownOptions?: 'create' | 'error';
  /** `allow` also imports rows that may be duplicates. */
  duplicates?: 'refuse' | 'allow';
  silent?: boolean;
}

export interface ImportCounts {
  /** 0 until the rows have been counted. */
  total: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Further rows with lines of a record that an earlier row begins. */
  lines: number;
  failed: number;
  /** Failed rows that may be duplicates. */
  duplicates: number;
  related: number;
}

/** An import as returned by `GET /imports/{id}`. */
export interface ImportRun {
  id: string;
  object: string;
  mode: ImportMode;
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'rolling_back' | 'rolled_back';
  /** Its last rollback: the bulk job, and what it did so far. */
  rollback?: { id: string; counts: Record<string, number> };
  /** Whether it is only a preview. */
  preview: boolean;
  fileName: string;
  /** Only for the user who started it. */
  fileId?: string;
  options?: ImportOptions;
  counts: ImportCounts;
  /** 0 to 1. */
  progress?: number;
  error?: string | null;
  createdAt: string;
  createdBy?: { id: string; name: string | null } | null;
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** Why a row failed. */
export interface RowReason {
  code: string;
  /** In the user's language. */
  message: string;
}

/** A row that failed. */
export interface FailedRow {
  /** Counted as in a spreadsheet: the header is row 1. */
  row: number;
  cells: string[];
  reasons: RowReason[];
  kind: string | null;
}

/** `GET /imports/{id}/failed-rows`. */
export interface FailedRowsPage {
  columns: string[];
  reasons: { kind: string; count: number; reasons: RowReason[] }[];
  data: FailedRow[];
  page: { nextCursor: string | null };
}

/** Results of failed rows that were imported again. */
export interface RetriedRows {
  rows: { row: number; status: 'created' | 'updated' | 'unchanged' | 'failed'; reasons: RowReason[] }[];
  import: ImportRun;
}
