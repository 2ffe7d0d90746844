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
    const made = targets.filter(
      ({ record, existence }) =>
        existence.before !== 'living' && existence.after === 'living' && record.deletedAt === null,
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
