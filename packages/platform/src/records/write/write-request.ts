import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { FieldProblem } from '../../errors/index.js';
import type { RecordState } from '../describe/index.js';
import type { PresentedRecord } from '../read/index.js';
import type { IdempotencyRequest } from '../../http/request-headers.js';
import type { DuplicatePolicy, Merge, WriteAsker, WriteMode } from './participants.js';
import type { TriedRecords } from '../match/index.js';
import type { ReferrerPolicy } from './referrers.js';
import type { ValueEdit } from './value-edits.js';
import type { CascadeJob, Provenance } from './write-row.js';

/** One row to write. */
export interface WriteInput {
  /** Id of the record; required except on create, where the engine assigns one. */
  id?: string;
  /** Values by field key. */
  values?: Record<string, unknown>;
  /** Changes of existing values: see {@link ValueEdit}. Only for updates. */
  edits?: readonly ValueEdit[];
  /** Values that a module derives along with them; they require no right. Participants see them as set already. */
  derived?: { by: string; values: RecordState };
  /** Version that the change was made on; the current one by default. */
  ifMatch?: number;
  provenance?: Provenance;
  /** Fields whose value comes from another record that was merged into this one, with its id. The event tells. */
  takenFrom?: Readonly<Record<string, string>>;
  /** Verb of this row's event, if it differs from the batch's. */
  verb?: string;
  /** Writes the row and an event even if no field changes, because something else does. */
  touch?: boolean;
}

/** How to write. */
export interface WriteOptions {
  /** The transaction to take part in; by default the engine opens and commits its own. */
  uow?: UnitOfWork;
  mode?: WriteMode;
  /** Verb of the event; `created`, `updated`, `deleted` or `restored` by default. */
  verb?: string;
  /** Required permission; the operation's own by default. */
  action?: string;
  /** A second permission whose scope must also contain the records: `bulk`. */
  within?: string;
  /** Whether `values` may set read-only fields. Rights are asked for as for any other field. */
  opensReadOnly?: boolean;
  /** The module offers the operation itself, where the object has no generic endpoint for it. Rights apply as always. */
  offeredByModule?: boolean;
  /** Whose rights must allow what is asked; `product` needs none. The caller's by default. */
  asks?: WriteAsker;
  /**
   * Works stored results (formulas, roll-ups) out anew. The record keeps its version and who changed it last: people who edit
   * it have no conflict, and its version tells nobody of changes elsewhere.
   */
  recalculates?: boolean;
  /** Written because of somebody's delete or restore: their rights apply, but rules for everyday editing do not. */
  cascaded?: boolean;
  /** For a delete: the effects on other records have already been decided. */
  planned?: boolean;
  /** Throws on the first row that fails, so that nothing is written. */
  atomic?: boolean;
  idempotency?: IdempotencyRequest;
  /** Whether to return the records as they are after the write. */
  present?: boolean;
  /** What to do with records that refer to a deleted one. */
  referrers?: ReferrerPolicy;
  /** Also changes deleted records; for erasure. */
  deletedToo?: boolean;
  /** The records are changed because these two were merged: link tables move the links rather than make new ones. */
  merge?: Merge;
  /** The values were the record's own once: they are put back even if their fields would not accept them any more. */
  putsBack?: boolean;
  /** Lines may be given with ids that the record does not have (any more): they are added with these. For undoing. */
  keepsLineIds?: boolean;
  /**
   * What to do with a row that would make a duplicate by the company's rules; see {@link DuplicatePolicy}. By default
   * `refuse`, `refuseBlocked` for API keys, and `pass` for imports and for what the product itself asks.
   */
  duplicates?: DuplicatePolicy;
  /** Of a preview: what its earlier batches would have written, where duplicates are looked for too. */
  tried?: TriedRecords;
  /** The record that the rows are made of, such as a lead that is converted: it is no duplicate of them. */
  madeOf?: string;
  /** The company's rules decide anew what they decide for new records, such as their owner. */
  asksRules?: boolean;
  /** Refuses a stale version even if the fields could be merged (deletes and verbs). */
  strictVersion?: boolean;
}

/** The outcome of a row. */
export interface RowOutcome {
  index: number;
  id?: string;
  status: 'created' | 'updated' | 'unchanged' | 'deleted' | 'restored' | 'failed';
  errors?: FieldProblem[];
  /** Status and code of a failure that does not concern a field. */
  failure?: { status: number; code: string; detail: string; extras?: Record<string, unknown> };
  record?: PresentedRecord;
  /** The job that changes the other records which a deletion or restoration affects, if they are many. */
  cascade?: CascadeJob;
  /** Whether an earlier request with the same key had already done it. */
  replayed?: boolean;
}

/** Returns the option for what a request says about duplicates. @param allows undefined if it says nothing */
export const duplicatesFor = (allows: boolean | undefined): Pick<WriteOptions, 'duplicates'> =>
  allows === undefined ? {} : { duplicates: allows ? 'allow' : 'refuse' };

/** The status of a row that was written, by operation; also the verb of its event if the writer names none. */
export const DONE = { create: 'created', update: 'updated', delete: 'deleted', restore: 'restored' } as const;
