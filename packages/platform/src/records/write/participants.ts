import type { TenantSnapshot } from '../../access/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { FieldProblem } from '../../errors/index.js';
import { fieldPointer, type RecordDescriptor, type RecordState, sameValue } from '../describe/index.js';
import type { LoadedRecord } from '../read/index.js';

/** What a write does to a row. */
export type WriteOperation = 'create' | 'update' | 'delete' | 'restore';

/** Why rows are written. Everyday rules do not apply to an undo; an import keeps what the file says. */
export type WriteMode = 'normal' | 'import' | 'undo' | 'merge';

/** Original creation date and author, which an import may keep. */
export interface Provenance {
  createdAt?: string;
  createdBy?: { kind: string; id: string | null };
}

/** One row on its way through the participants. */
export class WriteRow {
  readonly errors: FieldProblem[] = [];
  /** Keys of the fields that the caller set. */
  readonly chosen: ReadonlySet<string>;
  /** Values after the write. Participants may change them. */
  after: RecordState = {};
  /** The record before the write; null on create. */
  before: LoadedRecord | null = null;
  /** Names of references after the write that the author may see, by field key. Names are composed only of these. */
  names: Record<string, string | undefined> = {};
  provenance: Provenance = {};
  /** Verb of this row's event, if it differs from the batch's. */
  verb: string | undefined;
  /** Writes the row and an event even if no field changes, because something else did (e.g. a link's role). */
  touch = false;
  /**
   * Whether the actor sees a field of the record unmasked. A rule whose result would depend on a value that they do not
   * see treats it as empty: see docs/adr/0016-answers-tell-nothing-hidden.md. The product itself sees all fields.
   */
  sees: (fieldKey: string) => boolean = () => true;
  /** Values that the product derives along with the change; they require no right. */
  derived: RecordState = {};
  /**
   * The object's own verb that this change amounts to, and the field that says so: a deal whose stage becomes a won one is won.
   * Whoever may not do the verb is refused, whichever way the change comes.
   */
  acts: { verb: string; field: string } | undefined;
  /** Values given for fields that the actor may not write. Accepted only if they repeat what the actor was shown. */
  pending: Record<string, unknown> = {};
  /** Conflict, missing record and the like; determines the status of a single write. */
  failure: { status: number; code: string; detail: string; extras?: Record<string, unknown> } | null = null;

  constructor(
    readonly index: number,
    readonly id: string,
    /** What the caller sent, parsed, by field key; defaults and presets are added later. */
    readonly given: RecordState,
  ) {
    this.chosen = new Set(Object.keys(given));
  }

  /** Refuses the row because of one field. */
  refuse(fieldKey: string, code: string, message: string, params?: Record<string, unknown>): void {
    this.errors.push({ pointer: fieldPointer(fieldKey), code, message, ...(params ? { params } : {}) });
  }

  /** Refuses the row as a whole. */
  fail(status: number, code: string, detail: string, extras?: Record<string, unknown>): void {
    this.failure ??= { status, code, detail, ...(extras ? { extras } : {}) };
  }

  /** Whether no problem has been found so far. */
  get ok(): boolean {
    return this.errors.length === 0 && this.failure === null;
  }

  /** Whether the field's value differs from before. */
  changed(fieldKey: string): boolean {
    return !sameValue(this.before?.state[fieldKey] ?? null, this.after[fieldKey] ?? null);
  }
}

/** Rows of one object that are written together. */
export interface WriteBatch {
  descriptor: RecordDescriptor;
  operation: WriteOperation;
  mode: WriteMode;
  /** Verb of the event: `created`, `updated`, `won`, … */
  verb: string;
  /** Whether the product itself writes, so that read-only fields may be set. */
  system: boolean;
  /** Whether it is written because of somebody's delete or restore. Their rights apply, but everyday rules do not. */
  cascaded: boolean;
  rows: WriteRow[];
  snapshot: TenantSnapshot;
  now: Date;
  /** Set when the transaction is open. */
  uow: UnitOfWork;
  /** Rows of prefetch statements, by participant name. */
  prefetched: Map<string, any[][]>;
}

/**
 * Takes part in every write of the objects that it names, a batch at a time, in the declared order. To refuse single
 * rows, it calls {@link WriteRow.refuse}; anything it throws ends the whole batch.
 */
export interface WriteParticipant {
  name: string;
  /** Object keys, or `*`. */
  objects: string[] | '*';
  /** Lower runs first: 100 for the modules' own rules, 500 for before-save rules of tenants, 900 for checks. */
  order: number;
  /** Returns statements sent with BEGIN; their rows are in `batch.prefetched` under the participant's name. */
  prefetch?(batch: Omit<WriteBatch, 'uow'>): Statement[];
  /** Sets values and refuses rows. Runs after values are merged and before anything is written. */
  beforeSave?(batch: WriteBatch): void | Promise<void>;
  /**
   * Returns statements that run after the records' own write, in the same round trip. Only rows that are `ok` are
   * written.
   */
  statements?(batch: WriteBatch, written: WriteRow[]): Statement[];
}

/** Registered participants, in order. */
export class ParticipantRegistry {
  private readonly all: WriteParticipant[] = [];

  /** Adds a participant. @throws Error when the name is already taken */
  register(participant: WriteParticipant): void {
    if (this.all.some((p) => p.name === participant.name))
      throw new Error(`a participant "${participant.name}" exists already`);
    this.all.push(participant);
    this.all.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  }

  /** Participants of an object, in order. */
  of(object: string): WriteParticipant[] {
    return this.all.filter((p) => p.objects === '*' || p.objects.includes(object));
  }
}
