import { undoneMerges } from '../merge-effects.js';
import type { UnitOfWork } from '../../../db/unit-of-work.js';
import type { RecordReader } from '../../read/index.js';
import { changedSinceMade, type UndoneRecord, undoneRecord } from './record-undo.js';
import type { UndoGroup, UndoTarget } from './undo-plan.js';
import {
  forbiddenReason,
  type KeptReason,
  notWritableReason,
  reasonFor,
  type UndoOutcome,
} from './undo-outcome.js';
import { admitted, notWritable } from './undo-rights.js';

/** Decides what is done with records. A preview and the undo itself decide alike. */
export class UndoDecisions {
  constructor(
    private readonly reader: RecordReader,
    private readonly uow: UnitOfWork,
  ) {}

  /** Records that the cause deleted and that still are: which of them come back. */
  async restorations({ context, targets }: UndoGroup): Promise<{ back: UndoTarget[]; kept: UndoOutcome[] }> {
    const gone = targets.filter(
      ({ record, existence }) =>
        existence.before === 'living' && existence.after === 'deleted' && record.deletedAt !== null,
    );
    const may = await admitted(this.reader, this.uow, context, idsOf(gone), 'delete', 'deleted');
    return {
      back: gone.filter(({ record }) => may.has(record.id)),
      kept: gone
        .filter(({ record }) => !may.has(record.id))
        .map((target) => keptOf(target, [forbiddenReason(context, 'restore')])),
    };
  }

  /**
   * Records that the cause gave back by undoing a merge, and that are still there: which of them are merged again, and into which.
   */
  async mergesAgain({ context, targets }: UndoGroup): Promise<{
    again: { target: UndoTarget; into: string }[];
    kept: UndoOutcome[];
  }> {
    const into = await this.unmerged({ context, targets });
    const back = targets.filter(({ record }) => into.has(record.id) && record.deletedAt === null);
    const may = await admitted(this.reader, this.uow, context, idsOf(back), 'delete', 'living');
    const kept: UndoOutcome[] = [];
    const again = back.flatMap((target) => {
      const changed = changedSinceMade(target.steps, target).map((each) => reasonFor(context, each));
      if (changed.length) kept.push(keptOf(target, changed));
      else if (!may.has(target.record.id)) kept.push(keptOf(target, [forbiddenReason(context, 'delete')]));
      else return [{ target, into: into.get(target.record.id)! }];
      return [];
    });
    return { again, kept };
  }

  /** Returns the records that the cause gave back by undoing a merge, each with the record that it had gone into. */
  private async unmerged({ context, targets }: UndoGroup): Promise<Map<string, string>> {
    const restored = targets.filter(
      ({ existence }) => existence.before === 'deleted' && existence.after === 'living',
    );
    if (!restored.length) return new Map();
    const merges = await undoneMerges(this.uow, context.descriptor.key, idsOf(restored));
    const causes = new Map(
      restored.map(({ record, steps }) => [
        record.id,
        steps.find(({ mine, step }) => mine && step === 'restore')?.causeId,
      ]),
    );
    return new Map(
      merges.flatMap(({ from, into, undoneBy }) => (causes.get(from) === undoneBy ? [[from, into]] : [])),
    );
  }

  /** Living records that the cause changed: what changes back, and what stays. */
  async changes({
    context,
    targets,
  }: UndoGroup): Promise<{ changes: { target: UndoTarget; undone: UndoneRecord }[]; kept: UndoOutcome[] }> {
    const wanted = targets.flatMap((target) =>
      target.steps.some(({ mine, step }) => mine && step === 'update')
        ? [{ target, undone: undoneRecord(target.steps, target) }]
        : [],
    );
    const ids = idsOf(wanted.map(({ target }) => target));
    const may = await admitted(this.reader, this.uow, context, ids, 'update', 'living');
    const kept: UndoOutcome[] = [];
    const changes = wanted.flatMap((one) => {
      const { target, undone } = one;
      const conflicts = undone.conflicts.map((conflict) => reasonFor(context, conflict));
      const hasAsked = Object.keys(undone.values).length > 0;
      const isNothing = !hasAsked && !Object.keys(undone.derived).length;
      const bits = may.get(target.record.id);
      const field = bits === undefined ? undefined : notWritable(context, bits, undone);
      const isForbidden = !isNothing && (bits === undefined || field !== undefined);
      if (isForbidden && hasAsked)
        kept.push(
          keptOf(target, [
            field === undefined ? forbiddenReason(context, 'update') : notWritableReason(context, field),
          ]),
        );
      // What only the product changed along is nothing that the caller asks for.
      else if (conflicts.length) kept.push(keptOf(target, conflicts));
      return isNothing || isForbidden ? [] : [one];
    });
    return { changes, kept };
  }

  /** Records that the cause made: which of them go, as far as other records allow it. */
  async deletions({ context, targets }: UndoGroup): Promise<{ going: UndoTarget[]; kept: UndoOutcome[] }> {
    const unmerged = await this.unmerged({ context, targets });
    const made = targets.filter(
      ({ record, existence }) =>
        existence.before !== 'living' &&
        existence.after === 'living' &&
        record.deletedAt === null &&
        !unmerged.has(record.id),
    );
    const may = await admitted(this.reader, this.uow, context, idsOf(made), 'delete', 'living');
    const kept: UndoOutcome[] = [];
    const going = made.filter((target) => {
      const changed = changedSinceMade(target.steps, target);
      const isAllowed = may.has(target.record.id);
      if (changed.length)
        kept.push(
          keptOf(
            target,
            changed.map((conflict) => reasonFor(context, conflict)),
          ),
        );
      else if (!isAllowed) kept.push(keptOf(target, [forbiddenReason(context, 'delete')]));
      return isAllowed && !changed.length;
    });
    return { going, kept };
  }
}

export const idsOf = (targets: UndoTarget[]) => targets.map(({ record }) => record.id);

/** Returns the outcome of a record that stays, or of which something stays. */
export function keptOf({ context, record }: UndoTarget, kept: KeptReason[]): UndoOutcome {
  return { object: context.descriptor.key, id: record.id, did: 'kept', kept };
}
