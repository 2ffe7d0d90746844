import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../../db/unit-of-work.js';

/** That a record took a value of a reference field in another system: a deal entered a stage. */
export interface BroughtStay {
  recordId: string;
  /** The record that the field referred to from then on. */
  valueId: string;
  /** ISO 8601. */
  at: string;
  /** The member who changed it; null if that is unknown. */
  memberId: string | null;
}

/** What became of brought stays. */
export interface BroughtStays {
  /** Stays that were added. */
  brought: number;
  /** Stays that are there already, or don't change the value. */
  unchanged: number;
  /** Stays of records whose field the caller may not change. */
  withheld: number;
}

/** A module's own history of a reference field, which can take in what another system recorded. */
export interface ValueHistory {
  /** Key of the object. */
  object: string;
  /** Key of the field. */
  field: string;
  /** Adds stays, under the rights of the context's actor. Those that are there already are not added again. @param by the move that brings them */
  bring(uow: UnitOfWork, stays: readonly BroughtStay[], by: string): Promise<BroughtStays>;
  /**
   * Takes back the stays of up to a number of records, as far as the caller may change the field. Those of deleted records stay with
   * them.
   * @param by ids of the imports and moves that brought them
   * @param after the last record of the previous batch
   * @returns the last record of this batch; undefined once there are no more
   */
  takeBack(
    uow: UnitOfWork,
    by: readonly string[],
    after: string | null,
    limit: number,
  ): Promise<string | undefined>;
}

/** How far stays are taken back: the history, and the last record of it. */
export interface StaysCursor {
  history: number;
  after: string | null;
}

/** Where taking stays back begins. */
export const FIRST_STAYS: StaysCursor = { history: 0, after: null };

/** Records whose stays are taken back in one batch. */
const STAYS_AT_ONCE = 200;

/** Histories that modules keep of reference fields. Modules register theirs here, so that others need not know them. */
@Injectable()
export class ValueHistories {
  private readonly histories = new Map<string, ValueHistory>();

  /** Adds the history of an object. */
  register(history: ValueHistory): void {
    this.histories.set(history.object, history);
  }

  /**
   * Takes back the next stays that imports and moves brought, a batch at a time.
   * @param by ids of the imports and moves
   * @returns where to go on; undefined once there are no more
   */
  async takeBack(
    uow: UnitOfWork,
    by: readonly string[],
    { history, after }: StaysCursor,
  ): Promise<StaysCursor | undefined> {
    const own = [...this.histories.values()][history];
    if (!own) return undefined;
    const last = await own.takeBack(uow, by, after, STAYS_AT_ONCE);
    return last === undefined ? { history: history + 1, after: null } : { history, after: last };
  }

  /** Returns the history that a module keeps of an object; undefined if none does. */
  of(object: string): ValueHistory | undefined {
    return this.histories.get(object);
  }
}
