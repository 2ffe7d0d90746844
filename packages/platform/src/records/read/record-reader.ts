import {
  clockOf,
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  type FilterContext,
  nameGuard,
  type ObjectAccess,
  personalFields,
  READ_OBSERVER,
  type ReadObserver,
  type RecordScope,
  type RecordView,
  scopeSql,
  sharesOf,
  sourceRecordsOf,
  UNLIMITED,
  UNSEEN,
} from '../decide/index.js';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { fieldsOf, LruMap } from '@pellucid/conditions';
import { AccessDirectory, type Subject, type TenantSnapshot } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { requireTenant } from '../../context/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { badRequest, notFound } from '../../errors/index.js';
import { byIds, type LockedRead, lockedByIds } from './by-ids.js';
import { CursorSealer } from './cursor.js';
import { type FieldDescriptor, type RecordDescriptor, RecordRegistry } from '../describe/index.js';
import { comparesBaseAmounts, parseFilter, parseSort, QueryParts, sortPaths } from './list-query.js';
import { COUNT_CAP, countStatement, joinsOf, listWhere, pageStatement } from './list-statements.js';
import { currencyKeyOf, accessNotes, type PresentedRecord, presentRecord } from './presenter.js';
import { type LoadedRecord, ReadPlan, type ReadView } from './read-plan.js';

/** The parameters of a list. */
export interface ListRequest {
  limit?: number;
  cursor?: string;
  sort?: string;
  /** Condition tree, or its JSON text. */
  filter?: unknown;
  q?: string;
  count?: 'capped' | 'exact';
  /** Keys of the fields to return; all by default. */
  fields?: string[];
  /** Deleted records instead of current ones. */
  deleted?: boolean;
}

/** A page of records. */
export interface ListAnswer {
  data: PresentedRecord[];
  page: { nextCursor: string | null; hasMore: boolean };
  count?: { value: number; capped: boolean };
  meta?: { access?: Record<string, string>; recalculating?: { from: string; to: string } };
}

/** A record as rights evaluate it, with its name and its shares. */
export interface StoredView extends Omit<RecordView, 'shared'> {
  name: string;
  isDeleted: boolean;
  shares: { grantee: string; access: 'read' | 'edit' }[];
  /** The records that its derived values are made of, by id. */
  sources: Map<string, StoredView>;
}

/** Returns a stored record as one subject's rights evaluate it. */
export function viewFor(view: StoredView, subject: Subject, snapshot: TenantSnapshot): RecordView {
  const grantees = sharesOf(subject, 'read', snapshot)?.grantees ?? [];
  const levels = view.shares.filter((s) => grantees.includes(s.grantee)).map((s) => s.access);
  return {
    object: view.object,
    state: view.state,
    shared: levels.includes('edit') ? 'edit' : (levels[0] ?? null),
  };
}

/** Maximum number of plans kept per object and rights. Callers choose the fields, so there is no end of plans. */
const MAX_PLANS = 200;

/** Reads records: one statement, one round trip, always through the presenter. */
@Injectable()
export class RecordReader {
  private readonly plans = new WeakMap<object, LruMap<string, ReadPlan>>();
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordRegistry) readonly registry: RecordRegistry,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(CONFIG) config: Config,
    @Optional() @Inject(READ_OBSERVER) private readonly observer?: ReadObserver,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns the read plan of an object, cached by its description and the requested fields.
   * @param view for whom: see {@link ReadPlan}; `names: false` includes all names for the engine, with the actor's
   *   profiles
   */
  plan(descriptor: RecordDescriptor, keys?: string[], view?: ReadView): ReadPlan {
    const access = view?.context.access.decide(descriptor.key, view.action, view.context.snapshot);
    const of: object = !access || access === UNLIMITED ? descriptor : access;
    let plans = this.plans.get(of);
    if (!plans) {
      plans = new LruMap(MAX_PLANS);
      this.plans.set(of, plans);
    }
    const name = `${view?.names ? 'n' : ''}${view?.seen ? 's' : ''}${view ? view.action : ''}:${keys ? [...keys].sort().join(',') : '*'}`;
    let plan = plans.get(name);
    if (!plan) {
      plan = new ReadPlan(descriptor, this.registry, keys ? new Set(keys) : undefined, view);
      if (!plan.timeBound) plans.set(name, plan);
    }
    return plan;
  }

  /** Returns the plan with which the context's actor reads records. */
  readPlan(context: FilterContext, keys?: string[]): ReadPlan {
    return this.plan(context.descriptor, keys, { context, action: 'read', names: true });
  }

  /** Returns what conditions, sorts and presenters of an object need, for the context's actor. */
  async contextFor(object: string): Promise<FilterContext> {
    const snapshot = await this.directory.current();
    return {
      registry: this.registry,
      descriptor: this.registry.forTenant(object, snapshot),
      snapshot,
      access: this.access,
      clock: clockOf(snapshot),
    };
  }

  /**
   * Returns one record.
   * @throws ProblemError 404 when it does not exist, is deleted, or is outside the actor's scope
   */
  async get(
    object: string,
    id: string,
    options: { deleted?: boolean; fields?: string[] } = {},
  ): Promise<PresentedRecord> {
    const context = await this.contextFor(object);
    const fields = this.chosen(context, options.fields);
    const plan = this.readPlan(context, options.fields && this.withCurrency(fields));
    const [result] = await this.pool.read([
      this.byIds(plan, [id], context, 'read', options.deleted ? 'any' : 'living'),
    ]);
    this.directory.noteObserved();
    const row = result!.rows[0];
    if (!row) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    return this.presentOne(plan.load(row as any), context, fields);
  }

  /**
   * Presents a loaded record with `meta.access`, under the actor's rules. For a record that they may not read, it shows
   * only that it exists.
   */
  presentOne(
    record: LoadedRecord,
    context: FilterContext,
    fields = context.descriptor.fields,
  ): PresentedRecord {
    const access = record.seen
      ? context.access.decide(context.descriptor.key, 'read', context.snapshot)
      : UNSEEN;
    this.noteShown(context, access.rulesFor(record.bits), fields, [record.id]);
    return presentRecord(
      record,
      { descriptor: context.descriptor, access, baseCurrency: context.snapshot.settings.baseCurrency },
      fields,
    );
  }

  /** Reports to the observer which fields of which records a response shows. */
  noteShown(context: FilterContext, rules: FieldRules, fields: FieldDescriptor[], recordIds: string[]): void {
    if (!this.observer || !recordIds.length) return;
    const object = context.descriptor.key;
    const shown = personalFields(object, fields, rules, context.snapshot);
    if (shown) this.observer.saw({ object, recordIds, ...shown });
  }

  /** The same for a page, whose records may have different rules. */
  private noteListed(
    context: FilterContext,
    access: ObjectAccess,
    fields: FieldDescriptor[],
    records: LoadedRecord[],
  ): void {
    if (!this.observer || !records.length) return;
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

  /** Returns a page of records. @throws ProblemError 400 for an invalid filter, sort, cursor or field */
  async list(object: string, request: ListRequest): Promise<ListAnswer> {
    const context = await this.contextFor(object);
    const limit = request.limit ?? 50;
    const fields = this.chosen(context, request.fields);
    const plan = this.readPlan(context, request.fields && this.withCurrency(fields));
    const filter = parseFilter(request.filter, context);
    const deleted = request.deleted ?? false;
    const sortText = request.sort || context.descriptor.defaultSort;
    const binding = JSON.stringify([
      requireTenant(),
      object,
      sortText,
      filter ?? null,
      request.q ?? '',
      deleted,
    ]);
    const position = request.cursor ? this.cursors.open(request.cursor, binding) : undefined;

    const access = context.access.decide(object, 'read', context.snapshot);
    const asked = { context, plan, access, filter, q: request.q, sort: request.sort, deleted };

    const keys = parseSort(request.sort, context, new QueryParts());
    // A single nullable key is read in two stretches, values then nulls, so that both can use the index.
    const stretched = keys.length === 1 && !keys[0]!.notNull;
    const inNulls = stretched && position !== undefined && position.values[0] === null;
    const stretch = stretched ? (inNulls ? 'nulls' : 'values') : 'all';
    const statements = [pageStatement(asked, stretch, limit + 1, position)];
    if (request.count) statements.push(countStatement(context, filter, request.q, deleted, request.count));
    const [page, counted] = await this.pool.read(statements);
    this.directory.noteObserved();
    let rows = page!.rows as any[][];
    if (stretched && !inNulls && rows.length <= limit) {
      const [rest] = await this.pool.read([
        pageStatement(asked, 'nulls', limit + 1 - rows.length, undefined),
      ]);
      rows = rows.concat(rest!.rows as any[][]);
    }

    const hasMore = rows.length > limit;
    if (hasMore) rows = rows.slice(0, limit);
    const last = rows.at(-1);
    const notes = accessNotes(context.descriptor, access.rules, fields);
    const presentation = {
      descriptor: context.descriptor,
      access,
      baseCurrency: context.snapshot.settings.baseCurrency,
      listNotes: notes,
    };
    const records = rows.map((row) => plan.load(row));
    this.noteListed(context, access, fields, records);
    const answer: ListAnswer = {
      data: records.map((record) => presentRecord(record, presentation, fields)),
      page: {
        nextCursor:
          hasMore && last
            ? this.cursors.seal({ values: last.slice(plan.width), id: last[0] }, binding)
            : null,
        hasMore,
      },
    };
    if (counted) {
      const value = Number((counted.rows[0] as any).n);
      const capped = request.count === 'capped' && value > COUNT_CAP;
      answer.count = { value: capped ? COUNT_CAP : value, capped };
    }
    const { recalculating } = context.snapshot;
    const isMixed =
      recalculating &&
      comparesBaseAmounts(context, [
        ...sortPaths(context, request.sort),
        ...(filter ? fieldsOf(filter) : []),
      ]);
    if (notes || isMixed)
      answer.meta = { ...(notes && { access: notes }), ...(isMixed && { recalculating }) };
    return answer;
  }

  /** Returns all ids that a filter or search finds, up to the limit, ordered by id. */
  async ids(object: string, request: ListRequest, limit: number): Promise<string[]> {
    const [result] = await this.pool.read([
      await this.idsStatement(object, request, (select) => `${select} limit ${limit}`),
    ]);
    return result!.rows.map((r) => r.id);
  }

  /** Returns those of the records that the filter or search still finds. */
  async stillFound(object: string, request: ListRequest, ids: string[]): Promise<Set<string>> {
    const [result] = await this.pool.read([
      await this.idsStatement(
        object,
        request,
        (select, param) => `select id from (${select}) found where id = any(${param(ids)}::uuid[])`,
      ),
    ]);
    return new Set(result!.rows.map((r) => r.id));
  }

  /**
   * Builds a statement from the select of all ids that a filter or search finds, ordered by id.
   * @param wrap returns the statement around that select
   */
  async idsStatement(
    object: string,
    request: ListRequest,
    wrap: (select: string, param: (value: unknown) => string) => string,
  ): Promise<Statement> {
    const context = await this.contextFor(object);
    const parts = new QueryParts();
    const where = listWhere(
      context,
      parts,
      parseFilter(request.filter, context),
      request.q,
      request.deleted ?? false,
    );
    const select = `select t.id from ${context.descriptor.table} t ${joinsOf(parts)} where ${where.join(' and ')} order by t.id`;
    return parts.statement(wrap(select, (value) => parts.param(value)));
  }

  /** Returns records as rights evaluate them, whoever may see them. For access decisions only, never to be shown. */
  async viewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const views = await this.ownViewsOf(object, ids);
    const descriptor = this.registry.get(object);
    for (const view of views.values())
      for (const [far, sources] of sourceRecordsOf(view.state, descriptor))
        for (const [id, source] of await this.ownViewsOf(far, sources)) view.sources.set(id, source);
    return views;
  }

  /** The same without the records that derived values are made of. */
  private async ownViewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const context = await this.contextFor(object);
    const plan = this.plan(context.descriptor);
    const parts = plan.parts();
    const [result] = await this.pool.read([
      {
        ...parts.statement(`select ${plan.select},
                      (select json_agg(json_build_object('grantee', s.grantee_id, 'access', s.access)) from record_share s
                        where s.tenant_id = t.tenant_id and s.record_id = t.id and s.object = ${parts.param(object)}
                          and (s.until is null or s.until > now()))
                 from ${plan.from} ${plan.joins}
                where t.tenant_id = ${parts.param(requireTenant())}::uuid and t.id = any(${parts.param(ids)}::uuid[])`),
        rowMode: 'array',
      } as Statement,
    ]);
    return new Map(
      (result!.rows as unknown as any[][]).map((row) => {
        const record = plan.load(row);
        return [
          record.id,
          {
            object,
            state: record.state,
            shares: row[plan.width] ?? [],
            name: record.displayName,
            isDeleted: record.deletedAt !== null,
            sources: new Map(),
          },
        ];
      }),
    );
  }

  /** Counts the undeleted records that one access admits and the other does not, up to {@link COUNT_CAP}. */
  async countDifference(
    object: string,
    within: ObjectAccess,
    outside: ObjectAccess,
  ): Promise<{ value: number; capped: boolean }> {
    if (!within.allowed || (outside.allowed && !outside.scope)) return { value: 0, capped: false };
    const context = await this.contextFor(object);
    const parts = new QueryParts();
    const where = [`t.tenant_id = ${parts.param(requireTenant())}::uuid`, 't.deleted_at is null'];
    const predicate = (scope: RecordScope) => scopeSql(scope, context.descriptor, 't', parts, context.clock);
    if (within.scope) where.push(predicate(within.scope));
    if (outside.allowed && outside.scope) where.push(`(${predicate(outside.scope)}) is not true`);
    const [result] = await this.pool.read([
      {
        ...parts.statement(
          `select count(*) as n from (select 1 from ${context.descriptor.table} t where ${where.join(' and ')} limit ${COUNT_CAP + 1}) as first_rows`,
        ),
      },
    ]);
    const value = Number((result!.rows[0] as any).n);
    return { value: Math.min(value, COUNT_CAP), capped: value > COUNT_CAP };
  }

  /** Returns a statement that selects `id` and `name` of those records that the actor may see, with their names. */
  namesOf(object: string, ids: string[], context: FilterContext): Statement {
    const target = context.registry.forTenant(object, context.snapshot);
    const parts = new QueryParts([ids]);
    const access = context.access.decide(object, 'read', context.snapshot);
    const guard = nameGuard(access, target, 't', parts, context);
    return {
      ...parts.statement(
        `select t.id, t.display_name as name from ${target.table} t where t.id = any($1::uuid[])${guard === undefined ? '' : ` and ${guard ?? 'false'}`}`,
      ),
    };
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

  private chosen(context: FilterContext, keys: string[] | undefined): FieldDescriptor[] {
    if (!keys) return context.descriptor.fields;
    return keys.map((key) => {
      const f = context.descriptor.byKey.get(key);
      if (!f)
        throw badRequest(
          'unknownField',
          `"${key}" isn't a field of ${context.descriptor.pluralLabel.toLowerCase()}.`,
          [
            {
              pointer: '?fields',
              code: 'unknownField',
              message: `"${key}" isn't a known field. Remove it or correct its name.`,
            },
          ],
        );
      return f;
    });
  }

  /** Returns the keys to read for the fields to show: a money field needs its currency. */
  private withCurrency(fields: FieldDescriptor[]): string[] {
    return [...new Set(fields.flatMap((f) => [f.key, currencyKeyOf(f) ?? []].flat()))];
  }
}
