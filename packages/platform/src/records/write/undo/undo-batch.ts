import type { UnitOfWork } from '../../../db/unit-of-work.js';
import { ProblemError } from '../../../errors/index.js';
import { forgetMerges, hasUndoneMerges } from '../merge-effects.js';
import { mergeRecords } from '../merge-records.js';
import type { RecordWriter } from '../record-writer.js';
import type { WriteInput, WriteOptions } from '../write-request.js';
import { idsOf, keptOf, UndoDecisions } from './undo-decisions.js';
import {
  nextGroups,
  seenRecords,
  UNDO_START,
  type UndoCursor,
  type UndoGroup,
  type UndoneCause,
  type UndoReaders,
} from './undo-plan.js';
import { type UndoneSharing, undoShares } from './undone-shares.js';
import { releaseUniqueValues, unmerge } from './unmerge.js';
import { linkedReason, type UndoOutcome, UndoOutcomes } from './undo-outcome.js';

/** What it takes to undo. */
export interface UndoHands extends UndoReaders {
  writer: RecordWriter;
  sharing: UndoneSharing | undefined;
}

/**
 * Undoes the next batch of a cause, as new changes under the caller's rights. Records that can't be undone stay as they are and
 * are named in the outcomes.
 * @returns what was done, and where to go on; undefined at the end
 */
export async function undoBatch(
  hands: UndoHands,
  uow: UnitOfWork,
  undone: UndoneCause,
  cursor: UndoCursor,
): Promise<{ outcomes: UndoOutcome[]; next: UndoCursor | undefined }> {
  if (cursor.phase === 'shares') return undoShares(hands, uow, undone, cursor, true);
  const batch = new UndoBatch(hands, uow, undone);
  if (isStart(cursor) && (await hasUndoneMerges(uow))) await batch.mergeAgain();
  const { groups, next } = await nextGroups(hands, uow, undone, cursor, true);
  if (cursor.phase === 'values') await batch.takeBack(groups);
  else await batch.deleteMade(groups);
  return { outcomes: batch.outcomes.all, next };
}

const isStart = ({ phase, before }: UndoCursor) => phase === UNDO_START.phase && before === null;

class UndoBatch {
  readonly outcomes = new UndoOutcomes();
  private readonly decisions: UndoDecisions;
  private hasRestored = false;
  /** New changes, which everyday rules do not concern. */
  private readonly options: WriteOptions;

  constructor(
    private readonly hands: UndoHands,
    private readonly uow: UnitOfWork,
    private readonly undone: UndoneCause,
  ) {
    this.decisions = new UndoDecisions(hands.reader, uow);
    this.options = { uow, mode: 'undo', keepsLineIds: true };
  }

  /**
   * Merges records again that the cause gave back by undoing a merge. First of all, so that what the record that stays gets back
   * is free, and with everything that links to them now.
   */
  async mergeAgain(): Promise<void> {
    const { hands, uow, undone } = this;
    const { groups } = await nextGroups(hands, uow, undone, { ...UNDO_START, phase: 'creations' }, true);
    for (const group of groups) {
      const object = group.context.descriptor.key;
      const { again, kept } = await this.decisions.mergesAgain(group);
      this.outcomes.add(kept);
      for (const [into, some] of Map.groupBy(again, (one) => one.into)) {
        const from = idsOf(some.map(({ target }) => target));
        try {
          await uow.savepoint(async () => {
            await forgetMerges(uow, object, from);
            await mergeRecords(hands, uow, { object, from, into });
          });
          this.outcomes.add(from.map((id) => ({ object, id, did: 'deleted', kept: [] })));
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          const { code, message } = error;
          this.outcomes.add(some.map(({ target }) => keptOf(target, [{ code, message }])));
        }
      }
    }
  }

  /** Restores what the cause deleted, and takes back what it changed. */
  async takeBack(groups: UndoGroup[]): Promise<void> {
    // What comes back may be what other records are to refer to again, and brings back what was deleted along with it.
    for (const group of groups) await this.restore(await this.asItIs(group));
    for (const group of groups) {
      const { context, targets } = await this.asItIs(group);
      const living = targets.filter(
        ({ record, existence }) => record.deletedAt === null && existence.before !== 'deleted',
      );
      await this.change({ context, targets: living });
    }
  }

  /** Returns the records as they are now, if something that was restored may have changed them. */
  private async asItIs({ context, targets }: UndoGroup): Promise<UndoGroup> {
    if (!this.hasRestored) return { context, targets };
    const now = await seenRecords(this.hands.reader, this.uow, context, idsOf(targets), true);
    return {
      context,
      targets: targets.flatMap((target) => {
        const state = now.get(target.record.id);
        return state ? [{ ...target, ...state }] : [];
      }),
    };
  }

  private async restore(group: UndoGroup): Promise<void> {
    const { context } = group;
    const { back, kept } = await this.decisions.restorations(group);
    this.outcomes.add(kept);
    if (!back.length) return;
    await releaseUniqueValues(this.hands, this.uow, this.undone, context.descriptor.key, idsOf(back));
    const done = await this.hands.writer.write(context.descriptor.key, 'restore', inputsOf(idsOf(back)), {
      ...this.options,
      action: 'delete',
    });
    this.outcomes.take(context, idsOf(back), done, 'restored');
    this.hasRestored = true;
    const restored = idsOf(back).filter((_, n) => done[n]!.status !== 'failed');
    await unmerge(this.hands, this.uow, this.undone, context.descriptor.key, restored);
  }

  private async change(group: UndoGroup): Promise<void> {
    const { changes, kept } = await this.decisions.changes(group);
    // What the cause made itself goes in a later batch, or is named there.
    const made = new Set(idsOf(group.targets.filter(({ existence }) => existence.before === 'none')));
    this.outcomes.add(kept.filter(({ id }) => !made.has(id)));
    if (!changes.length) return;
    const inputs = changes.map(
      ({ target, undone }): WriteInput => ({
        id: target.record.id,
        values: undone.values,
        derived: { by: 'undo', values: undone.derived },
      }),
    );
    const done = await this.hands.writer.write(group.context.descriptor.key, 'update', inputs, this.options);
    const told = inputs.flatMap(({ id }, n) => (made.has(id!) ? [] : [n]));
    this.outcomes.take(
      group.context,
      told.map((n) => inputs[n]!.id!),
      told.map((n) => done[n]!),
      'changed',
    );
  }

  /** Deletes what the cause made or restored, unless others have changed or linked it since. */
  async deleteMade(groups: UndoGroup[]): Promise<void> {
    let waiting: { group: UndoGroup; ids: string[] }[] = [];
    for (const group of groups) {
      const { going, kept } = await this.decisions.deletions(group);
      this.outcomes.add(kept);
      if (going.length) waiting.push({ group, ids: idsOf(going) });
    }
    // Records of one object may refer to those of another, and the other way round: what is linked waits for the rest.
    for (let isProgress = true; isProgress; ) {
      isProgress = false;
      const linked: typeof waiting = [];
      for (const { group, ids } of waiting) {
        const left = await this.delete(group, ids);
        if (left.length < ids.length) isProgress = true;
        if (left.length) linked.push({ group, ids: left });
      }
      waiting = linked;
    }
    for (const { group, ids } of waiting)
      this.outcomes.add(
        ids.map((id) => ({
          object: group.context.descriptor.key,
          id,
          did: 'kept',
          kept: [linkedReason(group.context)],
        })),
      );
  }

  /** @returns ids of records that others still link to */
  private async delete({ context }: UndoGroup, ids: string[]): Promise<string[]> {
    const done = await this.hands.writer.write(context.descriptor.key, 'delete', inputsOf(ids), {
      ...this.options,
      referrers: 'refuse',
    });
    const isLinked = (n: number) => done[n]!.failure?.code === 'referenced';
    const settled = ids.flatMap((_, n) => (isLinked(n) ? [] : [n]));
    this.outcomes.take(
      context,
      settled.map((n) => ids[n]!),
      settled.map((n) => done[n]!),
      'deleted',
    );
    return ids.filter((_, n) => isLinked(n));
  }
}

const inputsOf = (ids: string[]): WriteInput[] => ids.map((id) => ({ id }));
