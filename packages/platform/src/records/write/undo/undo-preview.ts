import type { UnitOfWork } from '../../../db/unit-of-work.js';
import { DeletionPlan } from '../deletion-plan.js';
import { causesTouching } from '../../remember/index.js';
import type { UndoneRecord } from './record-undo.js';
import { idsOf, keptOf, UndoDecisions } from './undo-decisions.js';
import { linkedReason, type UndoOutcome, UndoOutcomes } from './undo-outcome.js';
import {
  nextGroups,
  UNDO_START,
  type UndoCursor,
  type UndoGroup,
  type UndoneCause,
  type UndoReaders,
  type UndoTarget,
} from './undo-plan.js';
import { type UndoneSharing, undoShares } from './undone-shares.js';

/** Number of batches that a preview looks at, of values and of creations. */
const PREVIEWED_BATCHES = 4;

/** A record and what undoing changes in it; nothing if it is restored or deleted. */
export interface PreviewedRecord {
  target: UndoTarget;
  undone?: UndoneRecord;
}

/** What undoing a cause would do. */
export interface UndoForecast {
  outcomes: UndoOutcomes;
  records: Map<string, PreviewedRecord>;
  /** Ids of records that would be shared as before. */
  reshared: Set<string>;
  /** Whether everything was looked at; otherwise there is more to undo than the outcomes say. */
  isComplete: boolean;
}

/** Finds out what undoing a cause would do for the caller, by the decisions of the undo itself. Writes nothing. */
export async function previewUndo(
  readers: UndoReaders & { sharing: UndoneSharing | undefined },
  uow: UnitOfWork,
  undone: UndoneCause,
): Promise<UndoForecast> {
  const preview = new UndoPreview(readers, uow, undone);
  for (const phase of ['values', 'creations', 'shares'] as const)
    await preview.look({ ...UNDO_START, phase });
  return preview.forecast;
}

class UndoPreview {
  readonly forecast: UndoForecast = {
    outcomes: new UndoOutcomes(),
    records: new Map(),
    reshared: new Set(),
    isComplete: true,
  };
  private readonly deleted = new Set<string>();
  private readonly decisions: UndoDecisions;

  constructor(
    private readonly readers: UndoReaders & { sharing: UndoneSharing | undefined },
    private readonly uow: UnitOfWork,
    private readonly undone: UndoneCause,
  ) {
    this.decisions = new UndoDecisions(readers.reader, uow);
  }

  async look(start: UndoCursor): Promise<void> {
    let cursor: UndoCursor | undefined = start;
    for (let n = 0; n < PREVIEWED_BATCHES; n++) {
      const next: UndoCursor | undefined = await this.batch(cursor);
      if (next?.phase !== start.phase) return;
      cursor = next;
    }
    this.forecast.isComplete = false;
  }

  /** Looks at one batch. @returns where to go on */
  private async batch(cursor: UndoCursor): Promise<UndoCursor | undefined> {
    const { readers, uow, undone, forecast } = this;
    if (cursor.phase === 'shares') {
      const { outcomes, next } = await undoShares(readers, uow, undone, cursor, false);
      // What is deleted by then is shared with nobody.
      const isLeft = ({ id }: UndoOutcome) => !this.deleted.has(id);
      forecast.outcomes.add(outcomes.filter(isLeft));
      for (const { id, did } of outcomes.filter(isLeft)) if (did !== 'kept') forecast.reshared.add(id);
      return next;
    }
    const { groups, next } = await nextGroups(readers, uow, undone, cursor, false);
    for (const group of groups)
      await (cursor.phase === 'values' ? this.values(group) : this.creations(group));
    return next;
  }

  private async values(group: UndoGroup): Promise<void> {
    const { outcomes } = this.forecast;
    const { back, kept } = await this.decisions.restorations(group);
    outcomes.add(kept);
    for (const target of back) this.note(target, 'restored');
    // What the cause made itself is deleted as a whole.
    const living = group.targets.filter(
      ({ record, existence }) => record.deletedAt === null && existence.before === 'living',
    );
    const decided = await this.decisions.changes({ ...group, targets: living });
    outcomes.add(decided.kept);
    for (const { target, undone } of decided.changes) this.note(target, 'changed', undone);
  }

  private async creations(group: UndoGroup): Promise<void> {
    const merges = await this.decisions.mergesAgain(group);
    this.forecast.outcomes.add(merges.kept);
    for (const { target } of merges.again) this.note(target, 'deleted');
    const { going, kept } = await this.decisions.deletions(group);
    this.forecast.outcomes.add(kept);
    const linked = await this.linked(group, idsOf(going));
    for (const target of going)
      if (linked.has(target.record.id))
        this.forecast.outcomes.add([keptOf(target, [linkedReason(group.context)])]);
      else this.note(target, 'deleted');
  }

  /** Returns which records others link to that the cause had nothing to do with. */
  private async linked({ context }: UndoGroup, ids: string[]): Promise<Set<string>> {
    if (!ids.length) return new Set();
    const { effects } = await DeletionPlan.of(this.readers.reader, context, this.uow, ids, 'refuse');
    const linked = new Set<string>();
    for (const { object, rows, unseen } of effects) {
      for (const id of unseen) linked.add(id);
      const { cause, whose } = this.undone;
      const own = await this.uow.run<{ id: string }>(
        causesTouching(cause, whose, object.key, [...rows.keys()]),
      );
      const touched = new Set(own.map(({ id }) => id));
      for (const [id, { roots }] of rows) if (!touched.has(id)) for (const root of roots) linked.add(root);
    }
    return linked;
  }

  private note(target: UndoTarget, did: 'restored' | 'deleted' | 'changed', undone?: UndoneRecord): void {
    const { id } = target.record;
    this.forecast.outcomes.add([{ object: target.context.descriptor.key, id, did, kept: [] }]);
    if (did === 'deleted') this.deleted.add(id);
    this.forecast.records.set(id, { target, ...(undone ? { undone } : {}) });
  }
}
