import type { WrappedSecret } from '@pellucid/platform/crypto';
import type { Maker, ReaderRights } from '@pellucid/platform/records';
import type { ImportOptions } from './import-options.schema.js';
import type { Reason } from './reasons/reason.js';
import type { KeptTexts, StoredChange } from './row-texts.js';
import type { Dialect } from './tables/table-file.js';
import type { StoredColumnConventions } from './values/column-conventions.js';

/** Status of an import. */
export type ImportStatus =
  | 'queued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'rolling_back'
  | 'rolled_back';

/** Results so far. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  /** Number of further rows with lines of a record that an earlier row begins. */
  lines: number;
  failed: number;
  /** Number of failed rows that may be duplicates. */
  duplicates: number;
  /** Number of records created because a row named one that did not exist. */
  related: number;
}

/** How columns are read, derived from the whole file, by column name. */
export type StoredConventions = Record<string, StoredColumnConventions>;

/** A stored import. */
export interface ImportRun extends ImportCounts {
  id: string;
  object: string;
  mode: ImportOptions['mode'];
  status: ImportStatus;
  fileId: string;
  fileName: string;
  fileSize: number;
  options: ImportOptions;
  dialect: Dialect;
  columns: string[];
  /** Whether it only reports what an import would do. */
  isPreview: boolean;
  /** The preview that it must not differ from. */
  previewId: string | null;
  /** Of a preview: what the person who asked for it could see then. */
  rights: ReaderRights | null;
  /** Of a preview: hash of the settings and definitions that its rows were read by. */
  basis: string | null;
  conventions: StoredConventions;
  pass: number;
  position: number;
  total: number | null;
  /** Why it failed. */
  failure: Reason | null;
  createdAt: string;
  createdBy: Maker | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** The bulk job that rolls it back, and what it did so far. */
  rollback: { id: string; counts: Record<string, number> } | null;
}

/** A stored upload. */
export interface ImportFile {
  id: string;
  name: string;
  size: number;
  sha256: string;
  /** The key that encrypts its content; missing for uploads from before files were encrypted. */
  secret?: WrappedSecret;
}

/** The result of a row. */
export interface RowResult extends KeptTexts {
  row: number;
  status: 'created' | 'updated' | 'unchanged' | 'failed';
  record_id: string | null;
  /** First row of the record, if a record may have several. */
  record_row: number | null;
  /** In a preview: version of the record that the row would change. */
  record_version?: number | null;
}

/** What a preview found for a row. */
export interface PreviewedRow extends Pick<RowResult, 'row' | 'status' | 'record_id' | 'reasons'> {
  record_version: number | null;
  changes: StoredChange[];
}

/** A row of the second pass. */
export type DeferredRow = RowResult & { deferred: Record<string, string> };

/** A row that failed, for the error file. */
export interface FailedRow {
  row: number;
  cells: string[];
  reasons: Reason[];
  /** Key shared by rows that failed for the same reasons; null for rows from before such keys existed. */
  kind: string | null;
}

/** Reasons for which rows failed, and how many rows. */
export interface ReasonCount {
  kind: string;
  count: number;
  /** Those of the first row. */
  reasons: Reason[];
}
