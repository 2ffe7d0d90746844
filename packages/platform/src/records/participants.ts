import type { TenantSnapshot } from '../access/index.js';
import type { Statement } from '../db/tenant-pool.js';
import type { UnitOfWork } from '../db/unit-of-work.js';
import type { FieldProblem } from '../errors/index.js';
import { pointer } from '../errors/index.js';
import type { RecordDescriptor, RecordState } from './descriptor.js';
import type { LoadedRecord } from './read-plan.js';

/** What a write does to a row. */
export type WriteOperation = 'create' | 'update' | 'delete' | 'restore';

/** Why rows are written: rules of the day-to-day do not hold for an undo, an import keeps what the file says. */
export type WriteMode = 'normal' | 'import' | 'undo' | 'merge';

/** Original created date and author, which an import may keep. */
export interface Provenance {
  createdAt?: string;
  createdBy?: { kind: string; id: string | null };
}

/** One row on its way through the participants. */
export class WriteRow {
  readonly errors: FieldProblem[] = [];
  /** Fields that the caller named. */
  readonly chosen: ReadonlySet<string>;
  /** Values once the write is done. Participants may change them. */
  after: RecordState = {};
  /** Record before; null on create. */
  before: LoadedRecord | null = null;
  /** Names of references after the write that the author may see, by field key: names are composed of nothing else. */
  names: Record<string, string | undefined> = {};
  provenance: Provenance = {};
  /** Verb of this row's event, where it differs from the batch's. */
  verb: string | undefined;
  /** Written with an event even when no field changes: something beside the fields did (a link's role, say). */
  touch = false;
  /**
   * Whether the actor sees a field of the record in clear. A rule whose answer would depend on a value they do not see takes it
   * as if there were none: see docs/adr/0016-answers-tell-nothing-hidden.md. The product itself sees all.
   */
  sees: (fieldKey: string) => boolean = () => true;
  /** What the product works out along with the change: needs no right. */
  derived: RecordState = {};
  /** Given for fields that are not the actor's to write: harmless where it only repeats what they were shown. */
  pending: Record<string, unknown> = {};
  /** Conflict, missing record and the like: decides the status of a single write. */
  failure: { status: number; code: string; detail: string; extras?: Record<string, unknown> } | null = null;

  constructor(
    readonly index: number,
    readonly id: string,
    /** What the caller gave, by field key, parsed; defaults and presets come in later. */
    readonly given: RecordState,
  ) {
    this.chosen = new Set(Object.keys(given));
  }

  /** Refuses the row because of one field. */
  refuse(fieldKey: string, code: string, message: string, params?: Record<string, unknown>): void {
    this.errors.push({ pointer: pointer(fieldKey), code, message, ...(params ? { params } : {}) });
  }

  /** Refuses the row as a whole. */
  fail(status: number, code: string, detail: string, extras?: Record<string, unknown>): void {
    this.failure ??= { status, code, detail, ...(extras ? { extras } : {}) };
  }

  /** Whether the row is still in. */
  get ok(): boolean {
    return this.errors.length === 0 && this.failure === null;
  }

  /** Whether the value of the field differs from before. */
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
  /** Whether the product itself writes: read-only fields may be set. */
  system: boolean;
  /** Whether it is written because of somebody's delete or restore: their rights count, rules of the day-to-day do not. */
  cascaded: boolean;
  rows: WriteRow[];
  snapshot: TenantSnapshot;
  now: Date;
  /** Set once the transaction is open. */
  uow: UnitOfWork;
  /** Rows of prefetch statements, by participant name. */
  prefetched: Map<string, any[][]>;
}

/**
 * Takes part in every write of the objects it names, whole batches at a time. Declared order; told the mode.
 * A participant refuses single rows with {@link WriteRow.refuse}; what it throws ends the whole batch.
 */
export interface WriteParticipant {
  name: string;
  /** Object keys, or `*`. */
  objects: string[] | '*';
  /** Low first; 100 is the modules' own rules, 500 before-save rules of tenants, 900 checks. */
  order: number;
  /** Statements that travel with BEGIN; their rows are in `batch.prefetched` under the participant's name. */
  prefetch?(batch: Omit<WriteBatch, 'uow'>): Statement[];
  /** Rules: set values, refuse rows. Runs after values are merged and before anything is written. */
  beforeSave?(batch: WriteBatch): void | Promise<void>;
  /** Statements that run behind the records' own write, in the same round trip. Only rows that are `ok` are written. */
  statements?(batch: WriteBatch, written: WriteRow[]): Statement[];
}

/** Equality of values in API form. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => v === b[i]);
  return false;
}

/** Registered participants, in order. */
export class ParticipantRegistry {
  private readonly all: WriteParticipant[] = [];

  /** @throws Error when the name is taken */
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
