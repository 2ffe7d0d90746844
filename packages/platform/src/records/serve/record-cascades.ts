import { averageTenant } from '../../db/average-tenant.js';
import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { type FieldProblem, ProblemError } from '../../errors/index.js';
import { withoutLimits } from '../decide/index.js';
import { RecordReader } from '../read/index.js';
import {
  addTargets,
  applyEffects,
  bringBack,
  type Cascade,
  DeletionPlan,
  type Effect,
  type EffectFrame,
  type EffectHands,
  effectsAfter,
  holdsOn,
  RecordWriter,
  type StoredEffect,
  undoable,
} from '../write/index.js';

/** Number of deleted records whose referrers are looked for together. */
const TARGETS = 200;
/** Number of references, or of effects to undo, that one batch handles. It must exceed {@link TARGETS}. */
const BATCH = 500;

/** How far a cascade is. */
export interface CascadeCursor {
  /** Number of records that were handled. */
  done: number;
  /** The last of the targets that are being handled; null to take the next ones. */
  upTo: string | null;
  /** Position among the fields that refer to them. */
  hold: number;
  /** What a restoration undoes now. */
  undoes: StoredEffect['effect'];
  /** The last record or effect that was handled; null at the start of a field, or of what is undone. */
  after: string | null;
}

/** Where a cascade begins. */
export const CASCADE_START: CascadeCursor = { done: 0, upTo: null, hold: 0, undoes: 'delete', after: null };

/** A record that a cascade could not change. */
export interface CascadeFailure {
  object: string;
  recordId: string;
  errors: FieldProblem[];
}

/** What a batch of a cascade did. */
export interface CascadeStep {
  /** Null when nothing is left to do. */
  next: CascadeCursor | null;
  counts: Record<string, number>;
  failures: CascadeFailure[];
}

/** A deleted record whose referrers have to be handled, with the deletions that caused its own. */
interface Target {
  seq: string;
  object: string;
  id: string;
  roots: string[];
}

/**
 * Carries out deletions and restorations that affect many other records, a batch at a time: see docs/adr/0039-growth.md.
 * Each batch judges the rights of the moment, and leaves alone what does not refer to a deleted record any more.
 */
@Injectable()
export class RecordCascades {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
  ) {}

  /** Does the next batch in the given transaction. Records that cannot be changed are reported and stay as they are. */
  batch(uow: UnitOfWork, id: string, cascade: Cascade, cursor: CascadeCursor): Promise<CascadeStep> {
    return cascade.operation === 'delete'
      ? this.deleteStep(uow, id, cascade, cursor)
      : this.restoreStep(uow, id, cascade, cursor);
  }

  /** Forgets what is left to do, once the cascade has ended. */
  async forget(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run({ text: 'delete from cascade_target where cascade_id = $1', values: [id] });
  }

  private async deleteStep(
    uow: UnitOfWork,
    id: string,
    cascade: Cascade,
    cursor: CascadeCursor,
  ): Promise<CascadeStep> {
    const nothing = { counts: {}, failures: [] };
    const targets = await this.targets(uow, id, cursor.upTo);
    const first = targets[0];
    if (!first) return { next: null, ...nothing };
    const upTo = targets.at(-1)!.seq;
    const hands = await this.hands(first.object, cascade);
    const roots = await this.stillSo(uow, cascade, [...new Set(targets.flatMap((t) => t.roots))]);
    // What was deleted along may have been restored by itself.
    const gone = await keptAs(
      uow,
      hands.context.descriptor.source,
      targets.map((t) => t.id),
      'deleted',
    );
    const wanted = new Map(
      targets.flatMap(({ id: target, roots: all }): [string, Set<string>][] => {
        if (!gone.has(target)) return [];
        const left = all.filter((root) => roots.has(root));
        return left.length ? [[target, new Set(left)]] : [];
      }),
    );
    const hold = holdsOn(hands.context, first.object)[cursor.hold];
    if (!hold || !wanted.size) {
      await uow.run({
        text: 'delete from cascade_target where cascade_id = $1 and seq <= $2',
        values: [id, upTo],
      });
      return { next: { ...CASCADE_START, done: cursor.done }, ...nothing };
    }
    const { plan, last } = await DeletionPlan.step(
      this.reader,
      hands.context,
      uow,
      hold,
      wanted,
      cascade.policy,
      cursor.after,
      BATCH,
    );
    const frame: EffectFrame = { uow, object: cascade.object, mode: cascade.mode, asks: cascade.asks };
    const counts: Record<string, number> = {};
    const failures: CascadeFailure[] = [];
    for (const effect of plan.effects) {
      const { done, failed } = await change(hands, frame, effect);
      failures.push(...failed);
      count(counts, effect.effect === 'delete' ? 'deleted' : 'updated', done.size);
      if (effect.effect === 'delete' && done.size)
        await addTargets(
          uow,
          id,
          effect.object.key,
          new Map([...done].map(([record, row]) => [record, row.roots])),
        );
    }
    count(counts, 'failed', failures.length);
    return {
      next: {
        ...cursor,
        done: cursor.done + plan.size,
        upTo,
        hold: last === null ? cursor.hold + 1 : cursor.hold,
        after: last,
      },
      counts,
      failures,
    };
  }

  private async restoreStep(
    uow: UnitOfWork,
    id: string,
    cascade: Cascade,
    cursor: CascadeCursor,
  ): Promise<CascadeStep> {
    const rows = await uow.run<{ id: string }>({
      text: 'select record_id as id from cascade_target where cascade_id = $1',
      values: [id],
    });
    const roots = await this.stillSo(
      uow,
      cascade,
      rows.map((row) => row.id),
    );
    const effects = await uow.run<StoredEffect>(
      effectsAfter(cascade.object, [...roots], cursor.undoes, cursor.after, BATCH),
    );
    const last = effects.at(-1);
    if (!last && cursor.undoes === 'unlink') {
      await this.forget(uow, id);
      return { next: null, counts: {}, failures: [] };
    }
    const hands = await this.hands(cascade.object, cascade);
    const frame: EffectFrame = { uow, object: cascade.object, mode: cascade.mode, asks: cascade.asks };
    const able = await undoable(this.reader, hands.context, uow, effects);
    const failures = await undo(hands, frame, able);
    const counts: Record<string, number> = {};
    count(counts, cursor.undoes === 'delete' ? 'restored' : 'updated', able.length - failures.length);
    count(counts, 'failed', failures.length);
    const next = last
      ? { ...cursor, done: cursor.done + able.length, after: last.id }
      : { ...cursor, undoes: 'unlink' as const, after: null };
    return { next, counts, failures };
  }

  /** Returns the next targets, which all belong to one object. */
  private async targets(uow: UnitOfWork, id: string, upTo: string | null): Promise<Target[]> {
    const rows = await uow.run<Target>({
      text: `select seq::text, object, record_id as id, root_ids as roots from cascade_target
              where cascade_id = $1 and ($2::bigint is null or seq <= $2) order by seq limit ${TARGETS}`,
      values: [id, upTo],
    });
    const other = rows.findIndex(({ object }) => object !== rows[0]!.object);
    return other < 0 ? rows : rows.slice(0, other);
  }

  /** Returns those of the cascade's own records that are still deleted, or restored, as they were when it began. */
  private async stillSo(
    uow: UnitOfWork,
    { object, operation, at }: Cascade,
    ids: string[],
  ): Promise<Set<string>> {
    const { descriptor } = await this.reader.contextFor(object);
    return operation === 'delete'
      ? keptAs(uow, descriptor.source, ids, 'deleted', at)
      : keptAs(uow, descriptor.source, ids, 'living');
  }

  private async hands(object: string, { asks }: Cascade): Promise<EffectHands> {
    const context = await this.reader.contextFor(object);
    return {
      writer: this.writer,
      reader: this.reader,
      context: asks === 'product' ? withoutLimits(context) : context,
    };
  }
}

/**
 * Returns those of the records that are deleted, or living; they stay so until the unit of work ends.
 * @param at only those that were deleted at this time
 */
async function keptAs(
  uow: UnitOfWork,
  source: string,
  ids: string[],
  state: 'deleted' | 'living',
  at: string | null = null,
): Promise<Set<string>> {
  const rows = await uow.run<{ id: string }>({
    text: `select id from ${source} t where tenant_id = ${averageTenant('$4')} and id = any($1::uuid[]) and (deleted_at is null) = $2
            and ($3::timestamptz is null or deleted_at = $3) order by id for share`,
    values: [ids, state === 'living', at, uow.tenantId],
  });
  return new Set(rows.map((row) => row.id));
}

/** Changes the records of one effect, as far as the actor may. */
async function change(
  hands: EffectHands,
  frame: EffectFrame,
  effect: Effect,
): Promise<{ done: Effect['rows']; failed: CascadeFailure[] }> {
  const label = effect.object.label.toLowerCase();
  const failed: CascadeFailure[] = [];
  const rows = new Map(effect.rows);
  for (const id of effect.rows.keys()) {
    const isRefused = effect.effect === 'refuse';
    if (!isRefused && !effect.forbidden.has(id)) continue;
    rows.delete(id);
    failed.push(
      isRefused
        ? failure(
            effect.object.key,
            id,
            'indispensable',
            `This ${label} can't do without the deleted record, so it stays as it is.`,
          )
        : failure(
            effect.object.key,
            id,
            'referrersForbidden',
            `Your roles don't let you ${effect.effect === 'delete' ? 'delete' : 'change'} this ${label}, so it stays as it is.`,
          ),
    );
  }
  const refused = await byHalves([...rows], frame, (some) =>
    applyEffects(hands, frame, [{ ...effect, rows: new Map(some) }]),
  );
  for (const [[id], error] of refused) {
    rows.delete(id);
    // Somebody else deleted it meanwhile.
    if (error.code === 'notFound') continue;
    failed.push(refusal(effect.object.key, id, error));
  }
  return { done: rows, failed };
}

/** Undoes effects, as far as the actor may. */
async function undo(
  hands: EffectHands,
  frame: EffectFrame,
  effects: StoredEffect[],
): Promise<CascadeFailure[]> {
  const refused = await byHalves(effects, frame, (some) => bringBack(hands, frame, some));
  return refused.map(([{ object, recordId }, error]) => refusal(object, recordId, error));
}

/**
 * Does something for all items together. If that is refused, each half is tried in turn.
 * @returns the items that were refused, each with the reason
 */
async function byHalves<T>(
  items: T[],
  frame: EffectFrame,
  act: (some: T[]) => Promise<void>,
): Promise<[T, ProblemError][]> {
  if (!items.length) return [];
  try {
    await frame.uow.savepoint(() => act(items));
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (items.length === 1) return [[items[0]!, error]];
  }
  const middle = items.length >> 1;
  const first = await byHalves(items.slice(0, middle), frame, act);
  return [...first, ...(await byHalves(items.slice(middle), frame, act))];
}

const failure = (object: string, recordId: string, code: string, message: string): CascadeFailure => ({
  object,
  recordId,
  errors: [{ pointer: '', code, message }],
});

/** A failure for what refused the record: what is wrong with its fields, if that is known. */
const refusal = (object: string, recordId: string, error: ProblemError): CascadeFailure =>
  error.extras.errors?.length
    ? { object, recordId, errors: error.extras.errors }
    : failure(object, recordId, error.code, error.detail ?? error.title);

function count(counts: Record<string, number>, key: string, n: number): void {
  if (n) counts[key] = (counts[key] ?? 0) + n;
}
