import { Inject, Injectable } from '@nestjs/common';
import { type Condition, fieldsOf } from '@pellucid/conditions';
import { numberNotation } from '@pellucid/conditions/locale-text';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  conflict,
  type FieldProblem,
  forbidden,
  notFound,
  pointer,
  unprocessable,
} from '@pellucid/platform/errors';
import { BulkJobs, type BulkJobState } from '@pellucid/platform/jobs';
import {
  collectionOf,
  type FilterContext,
  type IdempotencyRequest,
  newId,
  RecordExtracts,
  RecordRegistry,
  RecordService,
  securityEventStatements,
  readerRights,
  visibilityOf,
} from '@pellucid/platform/records';
import { allKeys, columnsOf, isSystem } from './export-columns.js';
import type { ExportOptions, ExportRequest } from './export-options.schema.js';
import { EXPORT, EXPORTED_BY } from './export-rights.js';
import { quotaUsedUp, tooManyRows } from './exports.errors.js';
import { type ExportRun, ExportsRepository, type StoredColumns } from './exports.repository.js';
import { MOST_SHEET_ROWS } from './formats/workbook-format.js';
import { runExportJob } from './jobs/run-export.job.js';

/** Megabytes of files that a company keeps at most, if the operator of the service sets no other number. */
const QUOTA_MB = 20_000;

/** An export with the state of its bulk job. */
export interface ExportState {
  run: ExportRun;
  job: BulkJobState;
}

/** What people do with exports. Everything runs as the context's member or API key. */
@Injectable()
export class ExportsService {
  constructor(
    @Inject(ExportsRepository) private readonly repository: ExportsRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordExtracts) private readonly extracts: RecordExtracts,
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /**
   * Starts an export of what is found now. Its row, its records, its job and the idempotency key commit together.
   * @throws ProblemError 422 with pointers for an unknown object or fields, 400 for an invalid filter or sort, 403 without the
   *   right, 404 for a view that they don't see, 409 when the company keeps too many bytes
   */
  async start(
    asks: ExportRequest,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string; status: string; total: number }> {
    const context = await this.contextOf(asks.object);
    await this.assertRoom(context);
    const { request, within } = await this.extracts.viewed(asks.object, asks);
    const { format, object } = request;
    const options = optionsOf(request, context);
    const columns = this.columnsOf(request, context);
    const id = newId();
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const started = await this.jobs.start(uow, runExportJob, {
        id,
        kind: 'export',
        object,
        action: format,
        request: {},
        total: 0,
      });
      const run = { id, object, format, options, columns, rights: readerRights(context, EXPORTED_BY) };
      await this.repository.insert(uow, run, starter());
      const total = await this.repository.select(uow, id, (wrap) =>
        this.extracts.selection(object, request, within, EXPORT, wrap),
      );
      if (format === 'xlsx' && total >= MOST_SHEET_ROWS) throw tooManyRows();
      await this.jobs.setTotal(uow, id, total);
      const changes = {
        object: { after: object },
        format: { after: format },
        columns: { after: columns.keys },
        filter: { after: filterNames(request) },
        records: { after: total },
      };
      await uow.together(
        securityEventStatements([{ verb: 'exportStarted', object: 'export', recordId: id, changes }]),
      );
      return { status: 202, body: { ...started, total } };
    });
    return body;
  }

  /** Returns an export. @throws ProblemError 404 for one that does not exist or belongs to somebody else */
  async get(id: string): Promise<ExportState> {
    const job = await this.jobs.get(id).catch((error) => {
      throw error.status === 404 ? notFound('The export') : error;
    });
    const run = await this.repository.find(id);
    if (!run) throw notFound('The export');
    await this.records.reader.nameMakers([run.createdBy]);
    return { run, job };
  }

  /**
   * Returns exports, the latest first.
   * @param before id of the last one of the previous page
   * @throws ProblemError 403 for everybody's without the right to see them
   */
  async page(everyone: boolean, limit: number, before?: string): Promise<ExportState[]> {
    const jobs = await this.jobs.page({ kind: 'export', everyone }, limit, before);
    const runs = await this.repository.byIds(jobs.map(({ id }) => id));
    await this.records.reader.nameMakers([...runs.values()].map(({ createdBy }) => createdBy));
    return jobs.flatMap((job) => {
      const run = runs.get(job.id);
      return run ? [{ run, job }] : [];
    });
  }

  /**
   * Deletes the file of an export that has ended.
   * @throws ProblemError 404, 403 for exports of others, 409 while it is at work
   */
  async remove(id: string): Promise<void> {
    const { run, job } = await this.get(id);
    if (!this.isOwn(run)) throw forbidden('exportOfAnother', 'You can only delete your own exports.');
    if (['queued', 'running', 'paused'].includes(job.status))
      throw conflict('exportNotEnded', 'The export is still running. Stop it first.', { state: job.status });
    await this.units.run((uow) => this.repository.drop(uow, id));
  }

  /** Whether the caller started the export. */
  isOwn(run: ExportRun): boolean {
    return run.createdBy?.id === starter() && currentContext().viewAs === null;
  }

  private async contextOf(object: string): Promise<FilterContext> {
    const snapshot = await this.directory.current();
    const known = this.registry
      .allForTenant(snapshot)
      .filter(({ key }) => this.directory.may(snapshot, { object: key, action: 'read' }));
    const found = known.find(({ key }) => key === object);
    if (!found)
      throw unprocessable([
        {
          pointer: '/object',
          code: 'unknownObject',
          message: `There is no object "${object.slice(0, 80)}" to export. There are: ${known.map(({ key }) => key).join(', ')}.`,
        },
      ]);
    if (!this.directory.may(snapshot, { object, action: EXPORT }))
      throw forbidden(
        'permissionMissing',
        `Your roles don't let you export ${found.pluralLabel.toLowerCase()}.`,
      );
    return this.records.reader.contextFor(object);
  }

  private async assertRoom({ snapshot }: FilterContext): Promise<void> {
    const megabytes = snapshot.settings.quotas['exportMegabytes'] ?? QUOTA_MB;
    if ((await this.repository.keptBytes()) >= megabytes * 1_000_000) throw quotaUsedUp(megabytes);
  }

  /** @throws ProblemError 422 naming each field that the caller does not see, as if it did not exist */
  private columnsOf({ fields, format }: ExportRequest, context: FilterContext): StoredColumns {
    const { descriptor } = context;
    const isSeen = (key: string) => visibilityOf(context, key) !== 'hidden';
    const isKnown = (key: string) =>
      isSystem(key) ||
      ((descriptor.byKey.has(key) || collectionOf(descriptor, key) !== undefined) && isSeen(key));
    const problems = (fields ?? []).flatMap((key, at): FieldProblem[] =>
      isKnown(key)
        ? []
        : [
            {
              pointer: pointer('fields', at),
              code: 'unknownField',
              message: `"${key}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
            },
          ],
    );
    if (problems.length) throw unprocessable(problems.slice(0, 50));
    const chosen = fields ? [...new Set(fields)] : allKeys(descriptor, isSeen);
    const keys = format === 'jsonl' && !chosen.includes('id') ? ['id', ...chosen] : chosen;
    const seen = new Set(keys.filter((key) => isSystem(key) || isSeen(key)));
    const columns = columnsOf(
      descriptor,
      keys.filter((key) => seen.has(key)),
    );
    return { keys, headers: Object.fromEntries(columns.map(({ key, header }) => [key, header])) };
  }
}

/** Returns the acting member or API key. */
function starter(): string | null {
  const { memberId, actor } = currentContext();
  return memberId ?? actor.id;
}

function optionsOf(request: ExportRequest, { snapshot: { settings } }: FilterContext): ExportOptions {
  const decimalMark = request.decimalMark ?? numberNotation(settings.locale).decimalMark;
  const { references, bom, filter, q, sort, deleted } = request;
  return {
    references,
    bom,
    zone: request.zone ?? settings.zone,
    decimalMark,
    delimiter: request.delimiter ?? (decimalMark === ',' ? ';' : ','),
    ...(filter && { filter }),
    ...(q && { q }),
    ...(sort && { sort }),
    ...(deleted && { deleted }),
  };
}

/** Returns what an export selects by, without the values: the log of security events holds no personal ones. */
function filterNames({ filter, q, ids, deleted }: ExportRequest): string[] {
  const names = filter ? fieldsOf(filter as Condition).map((path) => path.join('.')) : [];
  return [
    ...new Set([...names, ...(q ? ['q'] : []), ...(ids ? ['ids'] : []), ...(deleted ? ['deleted'] : [])]),
  ];
}
