export type ImportMode = 'create' | 'update' | 'upsert';
export type UnknownReference = 'create' | 'empty' | 'error';
export type DateOrder = 'YMD' | 'DMY' | 'MDY';

/** How the person says a file is to be read, where the detection is wrong. */
export interface Reading {
  encoding?: string;
  delimiter?: string;
  dateOrder?: DateOrder;
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
  fileName: string;
  counts: ImportCounts;
  /** 0 to 1. */
  progress?: number;
  error?: string | null;
  createdAt: string;
  createdBy?: { id: string; name: string } | null;
  startedAt?: string | null;
  finishedAt?: string | null;
}
