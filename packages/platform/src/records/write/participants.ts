import type { TriedRecords } from '../match/index.js';
import type { TenantSnapshot } from '../../access/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { RowFrame, WritePhase, WriteRow } from './write-row.js';

/** What a write does to a row. */
export type WriteOperation = 'create' | 'update' | 'delete' | 'restore';

/** Why rows are written. Everyday rules do not apply to an undo; an import keeps what the file says. */
export type WriteMode = 'normal' | 'import' | 'undo' | 'merge';

/** Whose rights must allow what a write asks for: the context's actor's, or nobody's because the product itself asks. */
export type WriteAsker = 'caller' | 'product';

/**
 * What happens to rows that would make a duplicate: `refuse` refuses them, `refuseBlocked` only if a rule blocks them, `allow`
 * writes them unless a rule blocks them and the actor has no right to override it, `pass` doesn't look.
 */
export type DuplicatePolicy = 'refuse' | 'refuseBlocked' | 'allow' | 'pass';

/** Two records of an object that are the same thing. */
export interface Merge {
  object: string;
  /** Id of the record that goes. */
  from: string;
  /** Id of the record that stays. */
  into: string;
}

/** Rows of one object that are written together. */
export interface WriteBatch extends RowFrame {
  phase: WritePhase;
  operation: WriteOperation;
  mode: WriteMode;
  /** Verb of the event: `created`, `updated`, `won`, … */
  verb: string;
  /** Whose rights must allow it. */
  asks: WriteAsker;
  /** Whether stored results are only worked out anew: nobody changes the records, so their versions stay. */
  recalculates: boolean;
  /** Whether it is written because of somebody's delete or restore. Their rights apply, but everyday rules do not. */
  cascaded: boolean;
  /** Whether the company's rules decide anew what they decide for new records. */
  asksRules: boolean;
  duplicates: DuplicatePolicy;
  /** Of a preview: what its earlier batches would have written. */
  tried: TriedRecords | undefined;
  /** Id of the record that the rows are made of: it is no duplicate of them. */
  madeOf: string | undefined;
  /** Two records whose merge changes or deletes the rows. */
  merge: Merge | undefined;
  rows: WriteRow[];
  snapshot: TenantSnapshot;
  now: Date;
  /** Set when the transaction is open. */
  uow: UnitOfWork;
  /** Rows of {@link WriteParticipant.prefetch} statements, by participant name. */
  prefetched: Map<string, any[][]>;
  /** Rows of {@link WriteParticipant.related} statements, by participant name. */
  related: Map<string, any[][]>;
}

/** A phase in which participants run. */
export type ParticipantPhase = Exclude<WritePhase, 'prepare'>;

/**
 * Takes part in every write of the objects that it names, a batch at a time, in one phase. To refuse single rows, it
 * calls {@link WriteRow.refuse}; anything it throws ends the whole batch.
 */
export interface WriteParticipant {
  name: string;
  /** Object keys, or `*`. */
  objects: string[] | '*';
  /**
   * - `rules`: what the company decided. Sees what was asked for, may set values, validate and refuse.
   * - `derivations`: what a module knows. Sees what rules set and sets what follows from it. Refuses what it can't derive.
   * - `checks`: refuses; sets nothing.
   * - `effects`: writes other records that change along, once nothing but the database can refuse the row. If it does, they
   *   are undone, and run again for the rows of the batch that remain. Refuses nothing.
   */
  phase: ParticipantPhase;
  /** Order among the participants of a phase, lower first; by name if equal. */
  order: number;
  /**
   * Does what must not wait for the transaction, such as taking numbers that others take at the same time. Called before the
   * transaction begins; not at all if the caller has begun it already.
   */
  reserve?(batch: Omit<WriteBatch, 'uow'>): Promise<void>;
  /** Returns statements sent with BEGIN, when only the input is known. Their rows are in `batch.prefetched`. */
  prefetch?(batch: Omit<WriteBatch, 'uow'>): Statement[];
  /**
   * Returns statements that need the records as they were (`row.before`) and what was asked for (`row.after`). Those of
   * all participants share a round trip, before the first phase; their rows are in `batch.related`.
   */
  related?(batch: WriteBatch): Statement[];
  /** Does what the phase is for. */
  run?(batch: WriteBatch): void | Promise<void>;
  /**
   * Returns statements that run after the records' own write, in the same round trip. Only rows that are `ok` are
   * written.
   */
  statements?(batch: WriteBatch, written: WriteRow[]): Statement[];
}

const ORDER: ParticipantPhase[] = ['rules', 'derivations', 'checks', 'effects'];

/** Registered participants, in order. */
export class ParticipantRegistry {
  private readonly all: WriteParticipant[] = [];

  /** Adds a participant. @throws Error when the name is already taken */
  register(participant: WriteParticipant): void {
    if (this.all.some((p) => p.name === participant.name))
      throw new Error(`a participant "${participant.name}" exists already`);
    this.all.push(participant);
    this.all.sort(
      (a, b) =>
        ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || a.order - b.order || a.name.localeCompare(b.name),
    );
  }

  /** Participants of an object, in order. */
  of(object: string): WriteParticipant[] {
    return this.all.filter((p) => p.objects === '*' || p.objects.includes(object));
  }
}
