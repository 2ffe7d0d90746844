import type { Condition } from '@pellucid/conditions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { fieldsOf } from '@pellucid/conditions';
import { AccessDirectory } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { requireTenant } from '../../context/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { QueryParts } from '../decide/index.js';
import { chosenParts } from './chosen-fields.js';
import { CursorSealer } from './cursor.js';
import { comparesBaseAmounts, orderOf, parseFilter, parseSort, sortPaths } from './list-query.js';
import { COUNT_CAP, countStatement, joinsOf, listWhere, pageStatement } from './list-statements.js';
import { accessNotes, type PresentedRecord, presentRecord } from './presenter.js';
import { RecordReader } from './record-reader.js';
import {
  allOf,
  SAVED_VIEWS,
  type SavedViews,
  type ViewNotes,
  withView,
  withViewInFull,
} from './saved-views.js';

/** The parameters of a list. */
export interface ListRequest {
  limit?: number;
  cursor?: string;
  sort?: string;
  /** ID of a saved view, whose filter, sort and columns apply; see {@link withView}. */
  view?: string;
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
  meta?: {
    access?: Record<string, string>;
    recalculating?: { from: string; to: string };
    /** What of the saved view does not apply. */
    view?: ViewNotes;
  };
}

/** Reads pages and finds records by filter or search, in one statement each, always through the presenter. */
@Injectable()
export class RecordLists {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
    @Optional() @Inject(SAVED_VIEWS) private readonly views?: SavedViews,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page of records.
   * @throws ProblemError 400 for an invalid filter, sort, cursor or field, 404 for a view that the caller doesn't see
   */
  async list(object: string, asks: ListRequest): Promise<ListAnswer> {
    const { request, within, notes: viewNotes } = await withView(this.views, object, asks);
    const context = await this.reader.contextFor(object);
    const limit = request.limit ?? 50;
    const { fields, lines, keys: toRead } = chosenParts(context, request.fields, false);
    const plan = this.reader.readPlan(context, toRead, false);
    const filter = allOf(within, parseFilter(request.filter, context));
    const deleted = request.deleted ?? false;
    const sortText = orderOf(request.sort, context);
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
    const notes = accessNotes(context.descriptor, access.rules, fields, lines);
    const presentation = {
      descriptor: context.descriptor,
      access,
      baseCurrency: context.snapshot.settings.baseCurrency,
      listNotes: notes,
    };
    const records = rows.map((row) => plan.load(row));
    await this.reader.nameLinks(records, context, fields);
    const shown = lines.length ? [...fields, ...lines.flatMap((l) => l.fields)] : fields;
    this.reader.noteListed(context, access, shown, records);
    const answer: ListAnswer = {
      data: records.map((record) => presentRecord(record, presentation, fields, lines)),
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
    if (notes || isMixed || viewNotes)
      answer.meta = {
        ...(notes && { access: notes }),
        ...(isMixed && { recalculating }),
        ...(viewNotes && { view: viewNotes }),
      };
    return answer;
  }

  /** Returns all ids that a filter or search finds, up to the limit, ordered by id. */
  async ids(object: string, request: ListRequest, limit: number): Promise<string[]> {
    const [result] = await this.pool.read([
      await this.idsStatement(object, request, (select) => `${select} limit ${limit}`),
    ]);
    return result!.rows.map((r) => r.id);
  }

  /**
   * Returns the filter of a request together with that of its view, for work that must not follow later changes of the view.
   * @throws ProblemError 400 for an invalid filter, 404 and 409 for a view; see {@link withViewInFull}
   */
  async wholeFilter(object: string, asks: ListRequest): Promise<Condition | undefined> {
    const { within } = await withViewInFull(this.views, object, asks);
    return allOf(within, parseFilter(asks.filter, await this.reader.contextFor(object)));
  }

  /** Returns how many records a filter or search finds. */
  async countIds(object: string, request: ListRequest): Promise<number> {
    const [result] = await this.pool.read([
      await this.idsStatement(
        object,
        request,
        (select) => `select count(*)::int as n from (${select}) found`,
      ),
    ]);
    return result!.rows[0].n;
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
    asks: ListRequest,
    wrap: (select: string, param: (value: unknown) => string) => string,
  ): Promise<Statement> {
    const { request, within } = await withView(this.views, object, asks);
    const context = await this.reader.contextFor(object);
    const parts = new QueryParts();
    const where = listWhere(
      context,
      parts,
      allOf(within, parseFilter(request.filter, context)),
      request.q,
      request.deleted ?? false,
    );
    const select = `select t.id from ${context.descriptor.source} t ${joinsOf(parts)} where ${where.join(' and ')} order by t.id`;
    return parts.statement(wrap(select, (value) => parts.param(value)));
  }
}
