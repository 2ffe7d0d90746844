import {
  clockOf,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  type FilterContext,
  type ObjectAccess,
  personalFields,
  type QueryParts,
  READ_OBSERVER,
  type ReadObserver,
  scopeSql,
  UNLIMITED,
  UNSEEN,
} from '../decide/index.js';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import { AccessDirectory, type TenantSnapshot } from '../../access/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { notFound, type ProblemError } from '../../errors/index.js';
import { byIds, type LockedRead, lockedByIds } from './by-ids.js';
import { chosenParts } from './chosen-fields.js';
import { type FieldDescriptor, PEOPLE, type RecordDescriptor, RecordRegistry } from '../describe/index.js';
import { LinkNames, namesOf } from './link-names.js';
import type { Maker } from './makers.js';
import { type PresentedRecord, presentRecord } from './presenter.js';
import { movedTo, redirects } from './redirects.js';
import { type LoadedRecord, ReadPlan, type ReadView } from './read-plan.js';

/** Maximum number of plans kept per object and rights. Callers choose the fields, so there is no end of plans. */
const MAX_PLANS = 200;

/**
 * Reads single records, in one statement and one round trip, and holds what every read needs: plans, contexts, names and the
 * presenter. Pages are in {@link RecordLists}.
 */
@Injectable()
export class RecordReader {
  private readonly plans = new WeakMap<object, LruMap<string, ReadPlan>>();

  constructor(
    @Inject(RecordRegistry) readonly registry: RecordRegistry,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Optional() @Inject(READ_OBSERVER) private readonly observer?: ReadObserver,
  ) {}

  /**
   * Returns the read plan of an object, cached by its description and the requested fields.
   * @param view for whom: see {@link ReadPlan}; `names: false` includes all names for the engine, with the actor's
   *   profiles
   * @param bringsLines whether a plan without keys reads lines too
   */
  plan(descriptor: RecordDescriptor, keys?: string[], view?: ReadView, bringsLines = true): ReadPlan {
    const access = view?.context.access.decide(descriptor.key, view.action, view.context.snapshot);
    const of: object = !access || access === UNLIMITED ? descriptor : access;
    let plans = this.plans.get(of);
    if (!plans) {
      plans = new LruMap(MAX_PLANS);
      this.plans.set(of, plans);
    }
    const name = `${view?.names ? 'n' : ''}${view?.seen ? 's' : ''}${view ? view.action : ''}:${keys ? [...keys].sort().join(',') : bringsLines ? '*' : '-'}`;
    let plan = plans.get(name);
    if (!plan) {
      plan = new ReadPlan(descriptor, this.registry, keys ? new Set(keys) : undefined, view, bringsLines);
      if (!plan.timeBound) plans.set(name, plan);
    }
    return plan;
  }

  /** Returns the plan with which the context's actor reads records. */
  readPlan(context: FilterContext, keys?: string[], bringsLines = true): ReadPlan {
    return this.plan(context.descriptor, keys, { context, action: 'read', names: true }, bringsLines);
  }

  /** Returns what conditions, sorts and presenters of an object need, for the context's actor. */
  async contextFor(object: string): Promise<FilterContext> {
    const snapshot = await this.directory.current();
    return this.contextOf(this.registry.forTenant(object, snapshot), snapshot);
  }

  /** The same for work on records, which ends with their object. @throws ProblemError 404 for an object that the tenant has deleted */
  async livingContextFor(object: string): Promise<FilterContext> {
    const context = await this.contextFor(object);
    if (!this.registry.has(object, context.snapshot)) throw notFound(`An object "${object}"`);
    return context;
  }

  /** The same under a snapshot that is known already. */
  contextOf(descriptor: RecordDescriptor, snapshot: TenantSnapshot): FilterContext {
    return { registry: this.registry, descriptor, snapshot, access: this.access, clock: clockOf(snapshot) };
  }

  /**
   * Returns one record.
   * @param options `isAddress`: the id is that of the address that was asked for, which a redirect can answer
   * @throws ProblemError 404 when it does not exist, is deleted, or is outside the actor's scope; for an address, 308 when it
   *   was merged into a record that the actor sees
   */
  async get(
    object: string,
    id: string,
    options: { deleted?: boolean; fields?: string[]; isAddress?: boolean } = {},
  ): Promise<PresentedRecord> {
    const context = await this.contextFor(object);
    const chosen = chosenParts(context, options.fields, true);
    const plan = this.readPlan(context, chosen.keys);
    const [result] = await this.pool.read([
      this.byIds(plan, [id], context, 'read', options.deleted ? 'any' : 'living'),
    ]);
    this.directory.noteObserved();
    const row = result!.rows[0];
    if (!row) throw (options.isAddress && (await this.redirect(context, id))) || gone(context);
    const record = plan.load(row as any);
    await this.nameLinks([record], context, chosen.fields);
    return this.presentOne(record, context, chosen.fields, chosen.lines);
  }

  /** Returns where the old id of a merged record leads, as a problem; undefined if it leads to none that the actor sees. */
  private async redirect(context: FilterContext, id: string): Promise<ProblemError | undefined> {
    const { descriptor } = context;
    const [found] = await this.pool.read([redirects(descriptor.key, [id], context)]);
    const to = found!.rows[0]?.to;
    return to && movedTo(descriptor, to);
  }

  /**
   * Presents a loaded record with `meta.access`, under the actor's rules. For a record that they may not read, it shows
   * only that it exists.
   */
  presentOne(
    record: LoadedRecord,
    context: FilterContext,
    fields = context.descriptor.fields,
    lines = context.descriptor.lines,
  ): PresentedRecord {
    const access = record.seen
      ? context.access.decide(context.descriptor.key, 'read', context.snapshot)
      : UNSEEN;
    const shown = lines.length ? [...fields, ...lines.flatMap((l) => l.fields)] : fields;
    this.noteShown(context, access.rulesFor(record.bits), shown, [record.id]);
    return presentRecord(
      record,
      { descriptor: context.descriptor, access, baseCurrency: context.snapshot.settings.baseCurrency },
      fields,
      lines,
    );
  }

  /** Whether anybody wants to know what responses show. */
  get isObserved(): boolean {
    return this.observer !== undefined;
  }

  /** Reports to the observer which fields of which records a response shows. */
  noteShown(context: FilterContext, rules: FieldRules, fields: FieldDescriptor[], recordIds: string[]): void {
    if (!this.observer || !recordIds.length) return;
    const object = context.descriptor.key;
    const shown = personalFields(object, fields, rules, context.snapshot);
    if (shown) this.observer.saw({ object, recordIds, ...shown });
  }

  /** Reports to the observer what a page shows. Its records may have different rules. */
  noteListed(
    context: FilterContext,
    access: ObjectAccess,
    fields: FieldDescriptor[],
    records: LoadedRecord[],
  ): void {
    if (!this.isObserved || !records.length) return;
    const byRules = new Map<FieldRules, string[]>();
    for (const record of records) {
      const rules = access.rulesFor(record.bits);
      const ids = byRules.get(rules);
      if (ids) ids.push(record.id);
      else byRules.set(rules, [record.id]);
    }
    for (const [rules, ids] of byRules) this.noteShown(context, rules, fields, ids);
  }

  /** See {@link byIds}. */
  byIds(...given: Parameters<typeof byIds>): Statement {
    return byIds(...given);
  }

  /** See {@link lockedByIds}. */
  locked(...given: Parameters<typeof lockedByIds>): LockedRead {
    return lockedByIds(...given);
  }

  /** See {@link redirects}. */
  redirects(...given: Parameters<typeof redirects>): Statement {
    return redirects(...given);
  }

  /** See {@link namesOf}. */
  namesOf(...given: Parameters<typeof namesOf>): Statement {
    return namesOf(...given);
  }

  /** Gives records the names of what their links lead to, in one round trip; in none if they have no links. */
  async nameLinks(records: LoadedRecord[], context: FilterContext, fields: FieldDescriptor[]): Promise<void> {
    const names = new LinkNames(
      context,
      records.map(({ state }) => state),
      fields,
    );
    const found = names.statements.length ? await this.pool.read(names.statements) : [];
    names.put(
      found.map(({ rows }) => rows),
      records,
    );
  }

  /**
   * Returns a predicate for the records of an object (an alias of its table) that the actor may read; undefined for
   * all.
   */
  readable(object: string, alias: string, parts: QueryParts, context: FilterContext): string | undefined {
    const target = context.registry.forTenant(object, context.snapshot);
    const { allowed, scope } = context.access.decide(object, 'read', context.snapshot);
    if (!allowed) return 'false';
    return scope && scopeSql(scope, target, alias, parts, context.clock);
  }

  /**
   * Names the people among those who made something, as far as the actor may see them.
   * @param makers with the names of API keys only, as {@link makerOf} selects them
   */
  async nameMakers(makers: (Maker | null)[]): Promise<void> {
    const people = makers.filter((maker) => maker !== null && maker.name === null) as Maker[];
    const names = await this.visibleNames(
      PEOPLE,
      people.map(({ id }) => id),
    );
    for (const maker of people) maker.name = names.get(maker.id) ?? null;
  }

  /** Returns the names of those records that the actor may see, with their names. */
  async visibleNames(object: string, ids: Iterable<string>): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)];
    if (!wanted.length) return new Map();
    const [found] = await this.pool.read([this.namesOf(object, wanted, await this.contextFor(object))]);
    return new Map(found!.rows.map((r) => [r.id, r.name]));
  }

  /**
   * Returns which of the records the actor may do the action with.
   * @returns their ids, in no particular order
   */
  async visibleIds(object: string, ids: string[], action = 'read'): Promise<Set<string>> {
    if (!ids.length) return new Set();
    const context = await this.contextFor(object);
    const [result] = await this.pool.read([
      this.byIds(this.plan(context.descriptor, []), ids, context, action, 'any'),
    ]);
    return new Set((result!.rows as unknown as string[][]).map((row) => row[0]!));
  }
}

const gone = ({ descriptor }: FilterContext) => notFound(`This ${descriptor.label.toLowerCase()}`);
