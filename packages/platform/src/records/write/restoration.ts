import { withoutLimits, type FilterContext } from '../decide/index.js';
import type { RecordReader } from '../read/index.js';
import type { Cascades } from './cascades.js';
import { bringBack, effectsOf, frameOf, type StoredEffect, undoable } from './deletion-effects.js';
import { followMerges, mergedReferences, type MergedReference } from './merge-records.js';
import type { WriteBatch } from './participants.js';
import type { RecordWriter } from './record-writer.js';
import type { WriteRow } from './write-row.js';

/** Number of effects of a deletion that are read at once. */
const EFFECTS_READ = 2000;

/** What it takes to restore records with what belongs to them. */
export interface RestoringHands {
  writer: RecordWriter;
  reader: RecordReader;
  cascades: Cascades;
  /** Context of the restored records' object; without limits when the product itself restores. */
  context: FilterContext;
}

/** What comes back with restored records: what their deletion did to others, and references to records merged since. */
export class Restoration {
  private constructor(
    private readonly hands: RestoringHands,
    private readonly batch: WriteBatch,
    /** What the actor may undo of what the deletion did; none if a job undoes it. */
    private readonly effects: StoredEffect[],
    /** By restored record, how many effects a job undoes. */
    private readonly left: Map<string, number>,
    private readonly merged: MergedReference[],
  ) {}

  /** Finds what comes back with the rows that nothing refuses so far. Writes nothing. */
  static async of(hands: RestoringHands, batch: WriteBatch): Promise<Restoration> {
    const { reader, cascades, context } = hands;
    const { uow, descriptor } = batch;
    const ids = batch.rows.filter((r) => r.ok).map((r) => r.id);
    if (!ids.length) return new Restoration(hands, batch, [], new Map(), []);
    const effects: StoredEffect[] = [];
    const counts = new Map<string, number>();
    let total = 0;
    let after: string | null = null;
    do {
      const read: StoredEffect[] = await uow.run<StoredEffect>(
        effectsOf(descriptor.key, ids, after, EFFECTS_READ),
      );
      after = read.length === EFFECTS_READ ? read.at(-1)!.id : null;
      const able = await undoable(reader, context, uow, read);
      total += able.length;
      for (const { rootId } of able) counts.set(rootId, (counts.get(rootId) ?? 0) + 1);
      if (!cascades.isTooLarge(total)) effects.push(...able);
    } while (after !== null);
    const merged = await uow.run<MergedReference>(mergedReferences(ids, context));
    return cascades.isTooLarge(total)
      ? new Restoration(hands, batch, [], counts, merged)
      : new Restoration(hands, batch, effects, new Map(), merged);
  }

  /** Whether other records are still to be written once the restored ones are. */
  get isMore(): boolean {
    return this.effects.length > 0 || this.merged.length > 0;
  }

  /** Leaves what is too much for one transaction to a job. Belongs to the effects of the rows. */
  async defer(rows: WriteRow[]): Promise<void> {
    const total = rows.reduce((sum, { id }) => sum + (this.left.get(id) ?? 0), 0);
    if (!total) return;
    const { uow, descriptor, mode, asks, now } = this.batch;
    const job = await this.hands.cascades.defer(
      uow,
      {
        operation: 'restore',
        object: descriptor.key,
        policy: 'refuse',
        mode,
        asks,
        at: now.toISOString(),
      },
      rows,
      total,
    );
    for (const row of rows) row.cascade = job;
  }

  /**
   * Writes the other records of those that were restored.
   * @returns the ids of restored records that have changed once more
   */
  async complete(restored: ReadonlySet<string>): Promise<Set<string>> {
    const { uow } = this.batch;
    const references = this.merged.filter(({ id }) => restored.has(id));
    const unlimited = { ...this.hands, context: withoutLimits(this.hands.context) };
    const changed = references.length ? await followMerges(unlimited, uow, references) : new Set<string>();
    const effects = this.effects.filter(({ rootId }) => restored.has(rootId));
    if (effects.length) await bringBack(this.hands, frameOf(this.batch), effects);
    return changed;
  }
}
