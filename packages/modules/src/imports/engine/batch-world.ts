import type { FilterContext, RecordDescriptor, RecordService } from '@pellucid/platform/records';
import type { ImportRowsRepository } from '../import-rows.repository.js';
import type { ImportCounts, PreviewedRow, RowResult } from '../imports.types.js';
import type { Findings } from './preview-findings.js';
import type { PreviewMemory } from './preview-memory.js';
import type { ImportPlan } from './import-plan.js';
import type { ImportRights } from './import-rights.js';
import type { Match, Scopes } from './record-matching.js';
import type { ReadRow } from './row-reader.js';

/** Everything that a batch needs and that outlives it. */
export interface BatchWorld {
  importId: string;
  plan: ImportPlan;
  records: RecordService;
  rows: ImportRowsRepository;
  descriptors: (object: string) => RecordDescriptor;
  rights: ImportRights;
  /** The importing person's, for the plan's object. */
  context: FilterContext;
  /** Names of the file's own rows, per field by which references to the same object are looked up. */
  names: Map<string, Set<string>>;
  /** For a preview: what earlier batches would have written. */
  memory?: PreviewMemory | undefined;
  /** IDs of the records that the batch made for references, and that a preview takes back. */
  made: ReadonlySet<string>;
  /** For an import that was previewed: what it must not differ from. */
  expected?: ExpectedBatch | undefined;
  /** Whether rows that failed before are written again; the result of each row is recorded. */
  isRetry?: boolean | undefined;
}

/** What a preview found for the rows of a batch. */
export interface ExpectedBatch {
  rows: ReadonlyMap<number, PreviewedRow>;
  references: Findings['references'];
}

/** The result of a batch. */
export interface BatchOutcome {
  counts: ImportCounts;
  results: RowResult[];
  /** Keys of the objects whose records were written. */
  objects: Set<string>;
  /** Names of the records that were created because rows refer to them. */
  related: string[];
  /** Match key of each row's record. */
  keys: ReadonlyMap<number, string>;
  /** Only of a preview: what names and currency signs mean for the records that it would have created, by match key. */
  scopes: ReadonlyMap<string, Scopes>;
  /** Only of a preview: what an import must not find otherwise. */
  findings?: Findings | undefined;
}

/** A record of the file with what is known about it. */
export interface Pending {
  read: ReadRow;
  key: string | undefined;
  match: Match | undefined;
  /** Values of its record on which the meaning of names and currency signs depends; undefined for a new record. */
  scopes: Scopes | undefined;
  deferred: Record<string, string>;
  /** Whether it was known to fail before anything was created for it. */
  isRefused: boolean;
}

/** Returns counts of nothing. */
export function noCounts(): ImportCounts {
  return { created: 0, updated: 0, unchanged: 0, lines: 0, failed: 0, duplicates: 0, related: 0 };
}
