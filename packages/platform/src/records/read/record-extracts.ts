import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Condition } from '@pellucid/conditions';
import { AccessDirectory } from '../../access/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { type FilterContext, QueryParts, scopeSql } from '../decide/index.js';
import type { FieldDescriptor, LineCollection } from '../describe/index.js';
import { chosenParts } from './chosen-fields.js';
import { orderBy, parseFilter, parseSort } from './list-query.js';
import { joinsOf, listWhere } from './list-statements.js';
import { accessNotes, type PresentedRecord, presentRecord } from './presenter.js';
import { RecordReader } from './record-reader.js';
import {
  allOf,
  SAVED_VIEWS,
  type SavedViews,
  type ViewedRequest,
  type WithView,
  withViewInFull,
} from './saved-views.js';

/** Which records of an object are meant, and in which order. */
export interface ExtractRequest {
  /** Condition tree, or its JSON text. */
  filter?: unknown;
  q?: string | undefined;
  sort?: string | undefined;
  /** Only these of what is found. */
  ids?: string[] | undefined;
  /** Deleted records instead of current ones. */
  deleted?: boolean | undefined;
}

/** What is shown of records. */
export interface ExtractParts {
  fields: FieldDescriptor[];
  lines: LineCollection[];
}

/**
 * Reads any number of records in two steps: a statement selects their ids in the order of the list, and batches of ids are read
 * and presented later. Both reach only what the actor may read and do the action with.
 */
@Injectable()
export class RecordExtracts {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Optional() @Inject(SAVED_VIEWS) private readonly views?: SavedViews,
  ) {}

  /**
   * Looks up the saved view that a request names: see {@link withViewInFull}.
   * @throws ProblemError 404 for a view that the caller doesn't see, 409 for one whose filter doesn't apply to them
   */
  viewed<R extends WithView>(object: string, request: R): Promise<ViewedRequest<R>> {
    return withViewInFull(this.views, object, request);
  }

  /**
   * Builds a statement from the select of what a request finds: `id`, and `n` from 1 in the order of the list.
   * @param within the condition of a saved view
   * @param action that the actor must be allowed to do with the records, besides reading them
   * @param wrap returns the statement around that select
   * @throws ProblemError 400 for an invalid filter or sort
   */
  async selection(
    object: string,
    request: ExtractRequest,
    within: Condition | undefined,
    action: string,
    wrap: (select: string, param: (value: unknown) => string) => string,
  ): Promise<Statement> {
    const context = await this.reader.contextFor(object);
    const { descriptor } = context;
    const parts = new QueryParts();
    const filter = allOf(within, parseFilter(request.filter, context, '/filter'));
    const where = listWhere(context, parts, filter, request.q, request.deleted ?? false);
    if (request.ids) where.push(`t.id = any(${parts.param(request.ids)}::uuid[])`);
    const { allowed, scope } = context.access.decide(descriptor.key, action, context.snapshot);
    if (!allowed) where.push('false');
    else if (scope) where.push(scopeSql(scope, descriptor, 't', parts, context.clock));
    const order = orderBy(parseSort(request.sort, context, parts));
    const select = `select t.id, row_number() over (order by ${order}) as n
        from ${descriptor.source} t ${joinsOf(parts)} where ${where.join(' and ')}`;
    return parts.statement(wrap(select, (value) => parts.param(value)));
  }

  /**
   * Reads records and presents them under the actor's present rights, in the order of the ids. Those that are out of the actor's
   * reach or gone by now are missing.
   * @param keys of the fields and lines to show
   */
  async read(
    object: string,
    ids: string[],
    keys: string[],
    options: { action: string; deleted: boolean },
  ): Promise<{ records: PresentedRecord[]; parts: ExtractParts; context: FilterContext }> {
    const context = await this.reader.livingContextFor(object);
    const { descriptor } = context;
    const { fields, lines, keys: toRead } = chosenParts(context, keys, false);
    const plan = this.reader.readPlan(context, toRead, false);
    const [found] = await this.pool.read([
      this.reader.byIds(plan, ids, context, ['read', options.action], options.deleted ? 'deleted' : 'living'),
    ]);
    this.directory.noteObserved();
    const places = new Map(ids.map((id, at) => [id, at]));
    const loaded = (found!.rows as unknown as any[][])
      .map((row) => plan.load(row))
      .sort((a, b) => places.get(a.id)! - places.get(b.id)!);
    await this.reader.nameLinks(loaded, context, fields);
    const access = context.access.decide(descriptor.key, 'read', context.snapshot);
    this.reader.noteListed(context, access, [...fields, ...lines.flatMap((l) => l.fields)], loaded);
    const presentation = {
      descriptor,
      access,
      baseCurrency: context.snapshot.settings.baseCurrency,
      listNotes: accessNotes(descriptor, access.rules, fields, lines),
    };
    return {
      records: loaded.map((record) => presentRecord(record, presentation, fields, lines)),
      parts: { fields, lines },
      context,
    };
  }
}
