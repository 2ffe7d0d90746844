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
  /** Adds stays, under the rights of the context's actor. Those that are there already are not added again. */
  bring(uow: UnitOfWork, stays: readonly BroughtStay[]): Promise<BroughtStays>;
}

/** Histories that modules keep of reference fields. Modules register theirs here, so that others need not know them. */
@Injectable()
export class ValueHistories {
  private readonly histories = new Map<string, ValueHistory>();

  /** Adds the history of an object. */
  register(history: ValueHistory): void {
    this.histories.set(history.object, history);
  }

  /** Returns the history that a module keeps of an object; undefined if none does. */
  of(object: string): ValueHistory | undefined {
    return this.histories.get(object);
  }
}
