import type { RecordLink } from '@pellucid/conditions';
import type { FieldRules, FilterContext } from '../decide/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import {
  type FieldDescriptor,
  type RecordDescriptor,
  type Referrer,
  targetsIn,
  valueOfTarget,
} from '../describe/index.js';
import type { RecordReader } from '../read/index.js';
import { holdsOn, homesOf, type ReferrerPolicy, referringRows, writtenBy } from './referrers.js';

/** Records of one object that a deletion affects in the same way. */
export interface Effect {
  /** `refuse`: they prevent the deletion. */
  effect: 'delete' | 'unlink' | 'refuse';
  object: RecordDescriptor;
  /**
   * The field by which they refer to a deleted record; for records that are deleted along, the first one that was
   * found.
   */
  field: FieldDescriptor;
  /** By id: the deleted records that caused the effect, and what the value of the field loses, in API form. */
  rows: Map<string, { roots: Set<string>; targets: Set<string> }>;
  /** Ids among them that the actor may not change in this way. */
  forbidden: Set<string>;
  /** Whether there are more than were examined. */
  more: boolean;
  /** Ids of deleted records that records the actor cannot see refer to, which also prevents the deletion. */
  unseen: Set<string>;
}

/** Finds out what a deletion affects, see docs/adr/0014-deletions.md. Writes nothing. */
export class DeletionPlan {
  readonly effects: Effect[] = [];
  private readonly doomed = new Map<string, Map<string, Set<string>>>();

  private constructor(
    private readonly reader: RecordReader,
    private readonly context: FilterContext,
    private readonly uow: UnitOfWork,
    private readonly policy: ReferrerPolicy,
    private readonly limit: number | null,
  ) {}

  /**
   * Considers only what the context's actor sees: records they may read, by fields that they see unmasked. All other
   * records stay as they are, and the result does not depend on them, except through references that a record cannot do
   * without.
   * @param ids records of the context's object to delete
   * @param limit maximum number of rows examined per reference, for a preview; all by default
   */
  static async of(
    reader: RecordReader,
    context: FilterContext,
    uow: UnitOfWork,
    ids: string[],
    policy: ReferrerPolicy,
    limit: number | null = null,
  ): Promise<DeletionPlan> {
    const plan = new DeletionPlan(reader, context, uow, policy, limit);
    plan.doomed.set(context.descriptor.key, new Map(ids.map((id) => [id, new Set([id])])));
    let frontier = new Map([[context.descriptor.key, new Set(ids)]]);
    while (frontier.size) frontier = await plan.spread(frontier);
    await plan.judge();
    return plan;
  }

  /**
   * Considers one field of records that refer to records which are deleted already, in order of their ids.
   * @param targets the deleted records of the context's object, each with the deletions that caused its own
   * @param after the last record that was considered; null for the first ones
   * @param limit maximum number of references to look at
   * @returns the plan, and the last record that it considered; null if there are no more
   */
  static async step(
    reader: RecordReader,
    context: FilterContext,
    uow: UnitOfWork,
    hold: Referrer,
    targets: Map<string, Set<string>>,
    policy: ReferrerPolicy,
    after: string | null,
    limit: number,
  ): Promise<{ plan: DeletionPlan; last: string | null }> {
    const plan = new DeletionPlan(reader, context, uow, policy, null);
    const object = context.descriptor.key;
    plan.doomed.set(object, targets);
    const found = await uow.run<{ id: string; target: string }>(
      referringRows(reader, context, hold, { object, ids: [...targets.keys()] }, true, limit, after),
    );
    const isFull = found.length === limit;
    // The last record may have more references than were read. It is considered whole in the next step.
    const rows = isFull ? found.filter(({ id }) => id !== found.at(-1)!.id) : found;
    if (rows.length) await plan.decide(hold, object, rows, new Map());
    await plan.judge();
    return { plan, last: isFull ? rows.at(-1)!.id : null };
  }

  /** Number of other records that the deletion changes. */
  get size(): number {
    return this.effects.reduce((sum, { rows }) => sum + rows.size, 0);
  }

  /**
   * Takes one step outward: finds the records that refer to those being deleted.
   * @returns what is deleted along with them
   */
  private async spread(frontier: Map<string, Set<string>>): Promise<Map<string, Set<string>>> {
    const next = new Map<string, Set<string>>();
    for (const [object, set] of frontier) {
      const holds = holdsOn(this.context, object);
      const targets = { object, ids: [...set] };
      const found = await this.together(
        holds.map((hold) => referringRows(this.reader, this.context, hold, targets, true, this.limit)),
      );
      const unseen = holds.filter(({ field }) => field.indispensable);
      const all = await this.together(
        unseen.map((hold) => referringRows(this.reader, this.context, hold, targets, false, this.limit)),
      );
      for (const [i, hold] of holds.entries()) {
        const rows = found[i]! as { id: string; target: string }[];
        const at = unseen.indexOf(hold);
        if (at >= 0) this.resist(hold, all[at]!, new Set(rows.map((r) => r.id)));
        if (rows.length) await this.decide(hold, object, rows, next);
      }
    }
    return next;
  }

  private async decide(
    hold: Referrer,
    target: string,
    rows: { id: string; target: string }[],
    next: Map<string, Set<string>>,
  ): Promise<void> {
    const context = this.contextOf(hold.object);
    const homes = homesOf(hold.object);
    const plan = this.reader.plan(hold.object, [...new Set([hold.field.key, ...homes.map((h) => h.key)])], {
      context,
      action: 'read',
      names: false,
    });
    const byId = new Map<string, Set<string>>();
    for (const { id, target: to } of rows) byId.set(id, (byId.get(id) ?? new Set()).add(to));
    const [loaded] = await this.together([
      this.reader.byIds(plan, [...byId.keys()], context, 'read', 'living'),
    ]);
    const access = context.access.decide(hold.object.key, 'read', context.snapshot);
    // Ordered by id: the table's own order would reveal which of them were changed last.
    const inOrder = (loaded as unknown as string[][]).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
    for (const row of inOrder) {
      const { id, state, bits } = plan.load(row as any);
      const rules = access.rulesFor(bits);
      const targets = byId.get(id)!;
      const roots = new Set([...targets].flatMap((to) => [...(this.doomed.get(target)?.get(to) ?? [])]));
      const known = this.doomed.get(hold.object.key)?.get(id);
      if (known) for (const root of roots) known.add(root);
      if (known || !isClear(rules, hold.field.key)) continue;
      const gone = [...targets].map((to): RecordLink => ({ object: target, id: to }));
      const effect = this.fate(hold, gone, homes, state, rules);
      const lost = gone.map((to) => valueOfTarget(hold.field, to));
      this.add(effect, hold, id, roots, lost, this.limit !== null && rows.length >= this.limit);
      if (effect !== 'delete') continue;
      this.doomed.set(hold.object.key, (this.doomed.get(hold.object.key) ?? new Map()).set(id, roots));
      for (const other of this.effects)
        if (other.effect === 'unlink' && other.object.key === hold.object.key) other.rows.delete(id);
      next.set(hold.object.key, (next.get(hold.object.key) ?? new Set()).add(id));
    }
  }

  /**
   * A record is deleted along with the nearest record it belongs to, if every target of that reference is deleted;
   * otherwise it only loses the reference.
   */
  private fate(
    { field }: Referrer,
    gone: RecordLink[],
    homes: FieldDescriptor[],
    state: Record<string, unknown>,
    rules: FieldRules,
  ): Effect['effect'] {
    if (field.indispensable || (field.required && !field.belongsTo && !field.line)) return 'refuse';
    if (this.policy === 'refuse') return 'refuse';
    // The record stays; only its lines lose the reference, or go.
    if (field.line) return 'unlink';
    if (field.required) return 'delete';
    if (this.policy === 'unlink' || !field.belongsTo) return 'unlink';
    for (const home of homes) {
      // A field that the actor does not see must not decide.
      if (!isClear(rules, home.key)) return 'unlink';
      // A link does not show records that are deleted already.
      const targets = [...targetsIn(home, state[home.key]), ...(home.key === field.key ? gone : [])];
      if (!targets.length) continue;
      const isGoing =
        home.key === field.key && targets.every(({ object, id }) => this.doomed.get(object)?.has(id));
      return isGoing ? 'delete' : 'unlink';
    }
    return 'unlink';
  }

  private add(
    effect: Effect['effect'],
    { object, field }: Referrer,
    id: string,
    roots: Set<string>,
    targets: string[],
    more: boolean,
  ): void {
    const entry = this.entry(effect, object, field);
    entry.more ||= more;
    const row = entry.rows.get(id) ?? { roots: new Set(), targets: new Set() };
    for (const root of roots) row.roots.add(root);
    for (const target of targets) row.targets.add(target);
    entry.rows.set(id, row);
  }

  private entry(effect: Effect['effect'], object: RecordDescriptor, field: FieldDescriptor): Effect {
    const known = this.effects.find(
      (e) =>
        e.effect === effect &&
        e.object.key === object.key &&
        (effect === 'delete' || e.field.key === field.key),
    );
    if (known) return known;
    const made = {
      effect,
      object,
      field,
      rows: new Map(),
      forbidden: new Set<string>(),
      more: false,
      unseen: new Set<string>(),
    };
    this.effects.push(made);
    return made;
  }

  /**
   * Handles records that the actor cannot see and that cannot do without a deleted record: the only unseen records that
   * prevent a deletion. They are not named.
   */
  private resist(hold: Referrer, all: { id: string; target: string }[], seen: Set<string>): void {
    const against = all.filter((r) => !seen.has(r.id));
    if (!against.length) return;
    const entry = this.entry('refuse', hold.object, hold.field);
    for (const { target } of against)
      for (const doomed of this.doomed.values())
        for (const root of doomed.get(target) ?? []) entry.unseen.add(root);
  }

  /** Marks what the actor may not do. Side effects require the same rights as if they were requested one by one. */
  private async judge(): Promise<void> {
    for (const effect of this.effects) {
      const ids = [...effect.rows.keys()];
      if (effect.effect === 'refuse' || !ids.length) continue;
      const context = this.contextOf(effect.object);
      const action = effect.effect === 'delete' ? 'delete' : 'update';
      const isWhose = ['owner', 'legalEntity'].includes(effect.field.key);
      const plan = this.reader.plan(effect.object, [], { context, action, names: false });
      const actions = effect.effect === 'unlink' && isWhose ? [action, 'assign'] : [action];
      const [rows] = await this.together([this.reader.byIds(plan, ids, context, actions, 'living')]);
      const access = context.access.decide(effect.object.key, action, context.snapshot);
      const allowed = new Set(
        rows!.flatMap((row) => {
          const { id, bits } = plan.load(row as any);
          const rules = access.rulesFor(bits);
          return effect.effect === 'delete' ||
            writtenBy(effect.object, effect.field).every((key) => rules.canWrite(key))
            ? [id]
            : [];
        }),
      );
      for (const id of ids) if (!allowed.has(id)) effect.forbidden.add(id);
    }
  }

  private contextOf(object: RecordDescriptor): FilterContext {
    return { ...this.context, descriptor: object };
  }

  private together(statements: Parameters<UnitOfWork['together']>[0]): Promise<any[][]> {
    return statements.length ? this.uow.together(statements) : Promise.resolve([]);
  }
}

const isClear = (rules: FieldRules, key: string) => rules.allClear || rules.read(key) === 'clear';
