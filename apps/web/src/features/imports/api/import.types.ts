export type ImportMode = 'create' | 'update' | 'upsert';
export type UnknownReference = 'create' | 'empty' | 'error';
export type DateOrder = 'YMD' | 'DMY' | 'MDY';
export type DecimalMark = '.' | ',';

/** How the person says a file is to be read, where the detection is wrong. */
export interface Reading {
  encoding?: string;
  delimiter?: string;
  /** For all columns, or by column. */
  dateOrder?: DateOrder | Record<string, DateOrder>;
  decimalMark?: DecimalMark | Record<string, DecimalMark>;
  sheet?: string;
}

export interface InspectedColumn {
  name: string;
  samples: string[];
  /** Rows that have something in this column, among those looked at. */
  filled: number;
  suggestedField?: string;
  /** Absent where there are too many to list. */
  distinctValues?: string[];
  /** How its numbers or dates are understood. */
  reading?: { samples: ReadSample[]; isUnclear: boolean } & (
    | { kind: 'number'; decimalMark: DecimalMark | null }
    | { kind: 'date'; dateOrder: DateOrder }
  );
}

/** A value as the file has it and as it is understood; null where it is not. */
export interface ReadSample {
  text: string;
  value: string | null;
  currency?: string;
}

/** What a file holds: `POST /imports/inspect`. */
export interface Inspection {
  fileId: string;
  name: string;
  /** Bytes. */
  size: number;
  format: 'csv' | 'xlsx';
  /** Of CSV files. */
  encoding: string | null;
  delimiter: string | null;
  /** Of workbooks. */
  sheet: string | null;
  sheets: string[];
  dateOrder: DateOrder | null;
  columns: InspectedColumn[];
  rows: string[][];
  totalEstimate: number;
  totalIsExact: boolean;
  suggestions: { object: string; mapping: Record<string, string>; score: number }[];
  problems: { code: string; message: string }[];
  /** What this person chose the last time for a file with these columns. */
  previous: ImportOptions | null;
}

export interface ImportOptions extends Reading {
  object: string;
  mode: ImportMode;
  matchBy?: string[];
  mapping: Record<string, string | string[]>;
  values?: Record<string, Record<string, string | null>>;
  references?: Record<string, { by: string; unknown: UnknownReference }>;
  unknownOptions?: 'create' | 'error';
}

export interface ImportCounts {
  /** 0 until the rows are counted. */
  total: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  related: number;
}

/** An import as `GET /imports/{id}` gives it. */
export interface ImportRun {
  id: string;
  object: string;
  mode: ImportMode;
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** Whether it only told what it would do. */
  dryRun: boolean;
  fileName: string;
  /** For whoever started it. */
  fileId?: string;
  options?: ImportOptions;
  counts: ImportCounts;
  /** 0 to 1. */
  progress?: number;
  error?: string | null;
  createdAt: string;
  createdBy?: { id: string; name: string } | null;
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** A row that failed. */
export interface FailedRow {
  /** As a spreadsheet counts: the header is 1. */
  row: number;
  cells: string[];
  reason: string;
  kind: string | null;
}

/** `GET /imports/{id}/failed-rows`. */
export interface FailedRowsPage {
  columns: string[];
  reasons: { kind: string; count: number; example: string }[];
  data: FailedRow[];
  page: { nextCursor: string | null };
}

/** What became of rows that were imported again. */
export interface RetriedRows {
  rows: { row: number; status: 'created' | 'updated' | 'unchanged' | 'failed'; reason: string | null }[];
  import: ImportRun;
}
