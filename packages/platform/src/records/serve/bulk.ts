import type { IdempotencyRequest } from '../../http/request-headers.js';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '../../context/index.js';
import {
  badRequest,
  type FieldProblem,
  forbidden,
  pointer,
  ProblemError,
  unprocessable,
} from '../../errors/index.js';
import { AccessDirectory } from '../../access/index.js';
import { type UnitOfWork, UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { type BulkPreview, previewBulk, PREVIEWED } from './bulk-preview.js';
import {
  duplicatesFor,
  prepareEdits,
  type ReferrerPolicy,
  type RowOutcome,
  rowProblem,
  type ValueEdit,
  type WriteInput,
  type WriteOptions,
} from '../write/index.js';
import { RecordService } from './record.service.js';
import { blankProblems, type Selection } from '../read/index.js';

/** The right that an action takes, if it has none of its own name. */
const RIGHTS: { [Action in BulkRequest['action']]?: string } = { restore: 'delete', share: 'update' };

/** Maximum number of rows that bulk work writes within the request; a job does larger work. */
export const BULK_INLINE = 500;

/** The content of a bulk request. */
export interface BulkRequest extends Selection {
  /** ID of a saved view, whose filter selects the records. */
  view?: string;
  action: 'create' | 'update' | 'delete' | 'restore' | 'share' | 'assign';
  rows?: unknown[];
  changes?: Record<string, unknown>;
  /** For update: changes of the values that the records have. */
  edits?: ValueEdit[];
  referrers?: ReferrerPolicy;
  /** For share: with whom, and how much they get. */
  share?: BulkShare;
  /** All rows or none: the first row that fails undoes the others. At most {@link BULK_INLINE} rows. */
  atomic?: boolean;
  /** Writes records although rules about duplicates warn, or block them and the caller may override that. */
  allowDuplicates?: boolean;
}

/** Whom records are shared with in bulk. */
export interface BulkShare {
  grantee: { kind: 'member' | 'team'; id: string };
  /** `none` ends what is shared. */
  access: 'read' | 'edit' | 'none';
  until?: string | null | undefined;
}

/** Shares records in bulk; the module of shares registers itself with {@link RecordBulk.sharing}. */
export interface BulkSharing {
  /** @throws ProblemError 422 for somebody with whom the caller can share nothing, and for a time in the past */
  check(share: BulkShare): Promise<void>;
  /**
   * Shares the records that the caller may share, and change in bulk.
   * @returns an outcome for each record: `updated`, `unchanged` or `failed`
   */
  share(uow: UnitOfWork, object: string, ids: string[], share: BulkShare): Promise<RowOutcome[]>;
}

/** Outcome of a row in the response; a failure that concerns no field has the pointer "". */
export interface BulkResult {
  index: number;
  id?: string;
  status: RowOutcome['status'];
  errors?: FieldProblem[];
  /** The bulk job that changes the other records which this row affects, if they are many. */
  cascade?: string;
}

/** Response to a bulk request: done (200), or accepted as a job (202). */
export type BulkAnswer =
  | { status: 200; body: { results: BulkResult[]; counts: Record<string, number> } }
  | { status: 202; body: { id: string; status: string; total: number } };

/** Runs bulk requests; hands what is too large for one request to a job. */
export interface BulkRunner {
  /** Returns what a bulk request would do, and does nothing. */
  preview(object: string, request: BulkRequest): Promise<BulkPreview>;
  run(object: string, request: BulkRequest, idempotency?: IdempotencyRequest): Promise<BulkAnswer>;
}

/** DI token of the {@link BulkRunner}. */
export const BULK_RUNNER = Symbol('BulkRunner');

/** Takes bulk work above {@link BULK_INLINE} rows, to be done as a bulk job. */
export interface BulkQueue {
  /**
   * Accepts the work in the unit of work.
   * @param total rows of the request; undefined for records found by a query, which are counted while they are stored
   */
  enqueue(
    uow: UnitOfWork,
    object: string,
    request: BulkRequest,
    total: number | undefined,
  ): Promise<{ id: string; status: string; total: number }>;
}

/** DI token of {@link BulkQueue}. */
export const BULK_QUEUE = Symbol('BulkQueue');

/** Writes in bulk through the one write path, in batches; each row has its own outcome. */
@Injectable()
export class RecordBulk implements BulkRunner {
  /** Set by the module of shares. */
  sharing: BulkSharing | undefined;

  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(BULK_QUEUE) private readonly queue: BulkQueue,
  ) {}

  /**
   * Runs a bulk request, or hands it to a job if it has more than {@link BULK_INLINE} rows. Which of the two is decided with the
   * selection, and a repeated request gets the first answer, whatever it would select by now.
   */
  async run(object: string, asks: BulkRequest, idempotency?: IdempotencyRequest): Promise<BulkAnswer> {
    await this.accept(object, asks);
    const { status, body } = await this.records.unit<BulkAnswer['body']>(idempotency, async (uow) => {
      const request = await this.settled(object, asks);
      const selected = byQuery(request) ? await this.selected(uow, object, request) : undefined;
      const total = selected?.length ?? request.ids?.length ?? request.rows?.length ?? 0;
      if (total > BULK_INLINE && request.atomic)
        throw unprocessable([
          {
            pointer: pointer('atomic'),
            code: 'tooManyRows',
            message: `All-or-none works for at most ${BULK_INLINE} records.`,
            params: { limit: BULK_INLINE },
          },
        ]);
      const inputs = bulkInputs(request, selected);
      if (total > BULK_INLINE) {
        const accepted = await this.queue.enqueue(uow, object, request, selected ? undefined : total);
        return { status: 202, body: accepted };
      }
      const outcomes = await this.write(object, request, inputs, { uow });
      if (request.atomic) assertAllDone(outcomes);
      return { status: 200, body: summarise(outcomes) };
    });
    this.directory.noteObserved();
    return { status, body } as BulkAnswer;
  }

  /** Puts the filter of a view in its place: the work is done as asked, whatever becomes of the view. */
  private async settled(object: string, { view, ...request }: BulkRequest): Promise<BulkRequest> {
    if (view === undefined) return request;
    const filter = await this.records.lists.wholeFilter(object, { ...listed(request), view });
    if (filter) return { ...request, filter };
    return request.q ? request : { ...request, all: true };
  }

  /** Returns the records that the request selects, up to one more than are written within it. */
  private async selected(uow: UnitOfWork, object: string, request: BulkRequest): Promise<string[]> {
    const found = await this.records.lists.idsStatement(
      object,
      listed(request),
      (select) => `${select} limit ${BULK_INLINE + 1}`,
    );
    return (await uow.runLimited<{ id: string }>(found)).map(({ id }) => id);
  }

  /**
   * Returns what a bulk request would do to the first of its records, and does nothing.
   * @throws ProblemError 403, 422 as {@link run}
   */
  async preview(object: string, asks: BulkRequest): Promise<BulkPreview> {
    await this.accept(object, asks);
    const request = await this.settled(object, asks);
    const selected = byQuery(request)
      ? await this.records.lists.ids(object, listed(request), PREVIEWED)
      : undefined;
    const total =
      selected?.length === PREVIEWED
        ? await this.records.lists.countIds(object, listed(request))
        : (selected ?? request.ids ?? request.rows ?? []).length;
    const inputs = bulkInputs(
      {
        ...request,
        ...(request.rows ? { rows: request.rows.slice(0, PREVIEWED) } : {}),
        ...(request.ids ? { ids: request.ids.slice(0, PREVIEWED) } : {}),
      },
      selected,
    );
    const ids = inputs.flatMap(({ id }) => id ?? []);
    const { reader } = this.records;
    const preview = await previewBulk(
      { units: this.units, reader, context: await reader.contextFor(object) },
      request,
      { total, ids },
      (uow) => this.write(object, request, inputs, { uow, present: true }),
    );
    this.directory.noteObserved();
    return preview;
  }

  /** Checks the right to a bulk action. @throws ProblemError 403 when the caller may not do it, or not in bulk */
  async assertAllowed(object: string, action: BulkRequest['action']): Promise<void> {
    const snapshot = await this.directory.current();
    if (!this.directory.may(snapshot, { object, action: RIGHTS[action] ?? action }))
      throw forbidden('permissionMissing', `Your roles don't let you ${action} here.`);
    if (!this.directory.may(snapshot, { object, action: 'bulk' }))
      throw forbidden('permissionMissing', "Your roles don't let you change many records at once.");
  }

  /**
   * Writes inputs by the request's action, limited to records that may be changed in bulk. A row that fails does not
   * affect the others.
   */
  write(
    object: string,
    request: BulkRequest,
    inputs: WriteInput[],
    options: WriteOptions & { uow: UnitOfWork },
  ): Promise<RowOutcome[]> {
    if (request.action === 'share')
      return this.sharing!.share(
        options.uow,
        object,
        inputs.map(({ id }) => id!),
        request.share!,
      );
    if (request.action === 'assign')
      return this.records.writer.write(object, 'update', inputs, {
        ...options,
        action: 'assign',
        within: 'bulk',
        asksRules: true,
      });
    return this.records.writer.write(object, request.action, inputs, {
      ...options,
      ...(request.action === 'create' ? {} : { within: 'bulk' }),
      ...(request.action === 'restore' ? { action: 'delete' } : {}),
      ...(request.referrers ? { referrers: request.referrers } : {}),
      ...duplicatesFor(request.allowDuplicates),
    });
  }

  /** @throws ProblemError 403, or 422 for a request that no record can follow */
  private async accept(object: string, request: BulkRequest): Promise<void> {
    this.check(request);
    await this.assertAllowed(object, request.action);
    if (request.action === 'assign') await this.checkAssigning(object, request);
    if (request.share) await this.sharing?.check(request.share);
    if (!request.edits) return;
    const { descriptor } = await this.records.reader.contextFor(object);
    const { errors } = prepareEdits(descriptor, request.edits, new Set(Object.keys(request.changes ?? {})));
    if (errors.length) throw unprocessable(errors);
  }

  private async checkAssigning(object: string, { rows, changes }: BulkRequest): Promise<void> {
    const { descriptor } = await this.records.reader.contextFor(object);
    if (!descriptor.ownersByRules)
      throw unprocessable([
        {
          pointer: pointer('action'),
          code: 'noAssignmentRules',
          message: `No rules choose the owner of these records. Change "owner" with the action "update" instead.`,
        },
      ]);
    if (rows || changes)
      throw unprocessable([
        {
          pointer: pointer(rows ? 'rows' : 'changes'),
          code: 'onlyForUpdate',
          message: 'Rules choose the owners. Send only which records are assigned.',
        },
      ]);
  }

  private check(request: BulkRequest): void {
    const given = [
      request.ids,
      request.filter ?? request.q ?? request.view,
      request.all,
      request.rows,
    ].filter((v) => v !== undefined).length;
    const errors: FieldProblem[] = blankProblems(request);
    if (given !== 1)
      errors.push({
        pointer: '',
        code: 'selectionMissing',
        message: 'Send exactly one of "ids", "all", "rows", and any of "filter", "q" and "view".',
      });
    if (request.rows?.length === 0)
      errors.push({ pointer: pointer('rows'), code: 'required', message: 'Send at least one row.' });
    if (request.action === 'create' && !request.rows)
      errors.push({
        pointer: pointer('rows'),
        code: 'required',
        message: '"rows" is required to create records.',
      });
    if (request.action === 'update' && !request.rows && !request.changes && !request.edits)
      errors.push({
        pointer: pointer('changes'),
        code: 'required',
        message: '"changes" or "edits" is required when you update by IDs or filter.',
      });
    if (request.action !== 'update' && request.edits)
      errors.push({
        pointer: pointer('edits'),
        code: 'onlyForUpdate',
        message: '"edits" is only for the action "update". Remove it.',
      });
    const isShare = request.action === 'share';
    if (isShare !== (request.share !== undefined) || (isShare && request.rows))
      errors.push({
        pointer: pointer(isShare && request.rows ? 'rows' : 'share'),
        code: isShare ? 'required' : 'onlyForShare',
        message: isShare
          ? 'To share records, send "share" and select them by "ids", "all", "filter", "q" or "view".'
          : '"share" is only for the action "share". Remove it.',
      });
    if (request.action !== 'create' && request.rows)
      for (const [i, row] of request.rows.entries())
        if (
          !row ||
          typeof row !== 'object' ||
          typeof (row as { id?: unknown }).id !== 'string' ||
          !isUuid((row as { id: string }).id.toLowerCase())
        )
          errors.push({
            pointer: pointer('rows', i, 'id'),
            code: 'required',
            message: `Row ${i + 1} needs the "id" (a UUID) of its record.`,
          });
    if (errors.length) throw unprocessable(errors.slice(0, 50));
  }
}

/** Whether the request selects its records by filter or search, or selects all. */
export function byQuery(request: BulkRequest): boolean {
  return (
    request.filter !== undefined ||
    request.q !== undefined ||
    request.view !== undefined ||
    request.all === true
  );
}

/** Returns the list request that finds the records of a bulk request. */
export function listed(request: BulkRequest) {
  return {
    ...(request.filter !== undefined ? { filter: request.filter } : {}),
    ...(request.q ? { q: request.q } : {}),
    ...(request.view ? { view: request.view } : {}),
    deleted: request.action === 'restore',
  };
}

/** Returns the rows to write. */
export function bulkInputs(request: BulkRequest, selected?: string[]): WriteInput[] {
  if (request.action === 'create')
    return (request.rows ?? []).map((values) => ({ values: values as Record<string, unknown> }));
  const edits = request.edits ? { edits: request.edits } : {};
  if (request.rows)
    return request.rows.map((row) => {
      const { id, version, ...values } = row as Record<string, unknown> & { id: string };
      if (version !== undefined && !Number.isInteger(version))
        throw badRequest('invalidVersion', '"version" of a row must be a whole number.');
      return {
        id: id.toLowerCase(),
        values: { ...request.changes, ...values },
        ...edits,
        ...(version === undefined ? {} : { ifMatch: version as number }),
      };
    });
  return (selected ?? request.ids ?? []).map((id) => ({
    id: id.toLowerCase(),
    values: request.changes ?? {},
    ...edits,
  }));
}

/**
 * @throws ProblemError when a row failed, with the problems of up to 50 fields, each at its row: `/rows/2/name`.
 *   The status is that of the first row that failed as a whole (404, 409, 412), else 422
 */
function assertAllDone(outcomes: RowOutcome[]): void {
  const failed = outcomes.filter((outcome) => outcome.status === 'failed');
  if (!failed.length) return;
  const errors = failed
    .flatMap(({ index, errors, failure }) =>
      [
        ...(failure ? [{ pointer: '', code: failure.code, message: failure.detail }] : []),
        ...(errors ?? []),
      ].map((error) => ({ ...error, pointer: `${pointer('rows', index)}${error.pointer}` })),
    )
    .slice(0, 50);
  const { status, code, title, detail } = rowProblem(failed.find(({ failure }) => failure) ?? failed[0]!);
  throw new ProblemError(status, code, title, detail, { errors });
}

/** Returns the outcomes as the API shows them, with counts by status. */
export function summarise(outcomes: RowOutcome[]): { results: BulkResult[]; counts: Record<string, number> } {
  const counts: Record<string, number> = { total: outcomes.length };
  const results = outcomes.map((o): BulkResult => {
    counts[o.status] = (counts[o.status] ?? 0) + 1;
    const errors =
      o.errors ??
      (o.failure ? [{ pointer: '', code: o.failure.code, message: o.failure.detail }] : undefined);
    return {
      index: o.index,
      ...(o.id ? { id: o.id } : {}),
      status: o.status,
      ...(errors ? { errors } : {}),
      ...(o.cascade ? { cascade: o.cascade.id } : {}),
    };
  });
  return { results, counts };
}
