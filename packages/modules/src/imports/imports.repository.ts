import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import type { MasterKeyConfig } from '@pellucid/platform/crypto';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import type { ImportOptions } from './import-options.schema.js';
import { ImportKeys, type KeptTexts, type RowTexts } from './row-texts.js';
import type { Dialect } from './tables/table-file.js';

/** How an import stands. */
export type ImportStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** What came out so far. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** Records made because a row named one that did not exist. */
  related: number;
}

/** An import as stored. */
export interface ImportRun extends ImportCounts {
  id: string;
  object: string;
  mode: ImportOptions['mode'];
  status: ImportStatus;
  fileId: string;
  fileName: string;
  fileSize: number;
  options: ImportOptions;
  dialect: Dialect;
  columns: string[];
  pass: number;
  position: number;
  total: number | null;
  error: string | null;
  createdAt: string;
  createdBy: { id: string; name: string } | null;
  startedAt: string | null;
  finishedAt: string | null;
}

/** A stored upload. */
export interface ImportFile {
  id: string;
  name: string;
  size: number;
  sha256: string;
}

/** What became of a row. */
export interface RowResult extends KeptTexts {
  row: number;
  status: 'created' | 'updated' | 'unchanged' | 'failed';
  record_id: string | null;
}

/** A row of the second pass. */
export type DeferredRow = RowResult & { deferred: Record<string, string> };

/** A row that failed, for the file of errors. */
export interface FailedRow {
  row: number;
  cells: string[];
  reason: string;
}

const SELECT = `select i.id, i.object, i.mode, i.status, i.file_id as "fileId", f.name as "fileName", f.size as "fileSize", i.options,
    i.dialect, i.columns, i.pass, i.position, i.total, i.created, i.updated, i.unchanged, i.failed, i.related, i.error,
    i.created_at as "createdAt", i.started_at as "startedAt", i.finished_at as "finishedAt",
    case when i.created_by_id is null then null
         else json_build_object('id', i.created_by_id, 'name', coalesce(m.display_name, k.name, '')) end as "createdBy",
    j.state as job_state, j.last_error as job_error
  from import_run i
  join import_file f on f.tenant_id = i.tenant_id and f.id = i.file_id
  left join member m on m.tenant_id = i.tenant_id and m.id = i.created_by_id
  left join api_key k on k.tenant_id = i.tenant_id and k.id = i.created_by_id
  left join job j on j.tenant_id = i.tenant_id and j.id = i.job_id`;

/** The tables of imports. */
@Injectable()
export class ImportsRepository {
  private readonly keys: ImportKeys;

  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(CONFIG) config: MasterKeyConfig,
  ) {
    this.keys = new ImportKeys(config);
  }

  /** The import. @throws ProblemError 404 */
  async get(id: string): Promise<ImportRun> {
    const { rows } = await this.pool.query({ text: `${SELECT} where i.id = $1`, values: [id] });
    if (!rows[0]) throw notFound('The import');
    return run(rows[0]);
  }

  /** Imports, newest first. @param after the last one of the page before */
  async page(limit: number, after?: { createdAt: string; id: string }): Promise<ImportRun[]> {
    const { rows } = await this.pool.query({
      text: `${SELECT} ${after ? 'where (i.created_at, i.id) < ($2::timestamptz, $3::uuid)' : ''} order by i.created_at desc, i.id desc limit $1`,
      values: after ? [limit, after.createdAt, after.id] : [limit],
    });
    return rows.map(run);
  }

  /** The upload. @param uploader whose it must be; anybody's where it is left out @throws ProblemError 404 */
  async file(id: string, uploader?: string | null): Promise<ImportFile> {
    const { rows } = await this.pool.query({
      text: `select id, name, size, sha256 from import_file where id = $1 and removed_at is null
              ${uploader === undefined ? '' : 'and created_by_id = $2'}`,
      values: uploader === undefined ? [id] : [id, uploader],
    });
    if (!rows[0]) throw notFound('The uploaded file');
    return { ...rows[0], size: Number(rows[0].size) };
  }

  addFile(uow: UnitOfWork, file: ImportFile, createdById: string | null): Promise<unknown> {
    return uow.run({
      text: 'insert into import_file (tenant_id, id, name, size, sha256, created_by_id) values ($1, $2, $3, $4, $5, $6)',
      values: [uow.tenantId, file.id, file.name, file.size, file.sha256, createdById],
    });
  }

  addRun(
    uow: UnitOfWork,
    given: Pick<ImportRun, 'id' | 'object' | 'mode' | 'fileId' | 'options' | 'dialect' | 'columns'> & {
      jobId: string;
    },
    createdById: string | null,
  ): Promise<unknown> {
    const key = this.keys.create(uow.tenantId, given.id);
    return uow.run({
      text: `insert into import_run (tenant_id, id, object, mode, file_id, job_id, options, dialect, columns, created_by_id, key_id, wrapped_key)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      values: [
        uow.tenantId,
        given.id,
        given.object,
        given.mode,
        given.fileId,
        given.jobId,
        JSON.stringify(given.options),
        JSON.stringify(given.dialect),
        given.columns,
        createdById,
        key.keyId,
        key.wrapped,
      ],
    });
  }

  /** What seals and opens the texts of the import's rows; undefined once its key is destroyed. */
  async rowTexts(id: string): Promise<RowTexts | undefined> {
    const { rows } = await this.pool.query({
      text: 'select key_id, wrapped_key from import_run where id = $1',
      values: [id],
    });
    const { key_id: keyId, wrapped_key: wrapped } = rows[0] ?? {};
    return wrapped ? this.keys.textsOf(requireTenant(), id, { keyId, wrapped }) : undefined;
  }

  /** Holds the import until the transaction ends and tells how it stands: whoever cancels waits for the batch under way. */
  hold(id: string): Statement {
    return { text: 'select status from import_run where id = $1 for update', values: [id] };
  }

  /** The import has begun to run. Not one that was cancelled meanwhile. */
  async begin(uow: UnitOfWork, id: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update import_run set status = 'running', started_at = coalesce(started_at, now())
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id],
    });
    return rows.length > 0;
  }

  setTotal(uow: UnitOfWork, id: string, total: number): Promise<unknown> {
    return uow.run({
      text: 'update import_run set total = $3 where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id, total],
    });
  }

  /** Statements that write down what became of rows and how far the import is. They belong to the batch's transaction. */
  checkpoint(
    uow: UnitOfWork,
    id: string,
    at: { pass: number; position: number },
    delta: ImportCounts,
    results: RowResult[],
    texts: RowTexts,
  ): Statement[] {
    const rows = results.map((result) => ({
      row: result.row,
      status: result.status,
      record_id: result.record_id,
      is_deferred: result.deferred !== null,
      texts: texts.seal(result.row, {
        cells: result.cells,
        reason: result.reason,
        deferred: result.deferred,
      }),
    }));
    return [
      ...(rows.length
        ? [
            {
              text: `insert into import_row (tenant_id, import_id, row, status, record_id, is_deferred, texts)
                     select $1, $2, r.row, r.status, r.record_id, r.is_deferred, r.texts
                       from json_to_recordset($3::json) as r(row int, status text, record_id uuid, is_deferred boolean, texts bytea)
                     on conflict (tenant_id, import_id, row) do update
                        set status = excluded.status, is_deferred = excluded.is_deferred, texts = excluded.texts`,
              values: [uow.tenantId, id, JSON.stringify(rows)],
            },
          ]
        : []),
      {
        text: `update import_run set pass = $3, position = $4, created = created + $5, updated = updated + $6,
                      unchanged = unchanged + $7, failed = failed + $8, related = related + $9
                where tenant_id = $1 and id = $2`,
        values: [
          uow.tenantId,
          id,
          at.pass,
          at.position,
          delta.created,
          delta.updated,
          delta.unchanged,
          delta.failed,
          delta.related,
        ],
      },
    ];
  }

  /** Rows of the second pass behind the position, in order; {@link asDeferred} reads what it answers. */
  deferredRows(id: string, after: number, limit: number): Statement {
    return {
      text: `select row, status, record_id, texts from import_row
              where import_id = $1 and row > $2 and is_deferred order by row limit $3`,
      values: [id, after, limit],
    };
  }

  /** Opens an answer to {@link deferredRows}. */
  asDeferred(rows: { row: number; texts: Buffer }[], texts: RowTexts): DeferredRow[] {
    return rows.map(({ texts: sealed, ...row }) => ({
      ...row,
      ...texts.open(row.row, sealed),
    })) as DeferredRow[];
  }

  /** In which row of the import each of the records was made or changed. */
  rowsOfRecords(id: string, recordIds: string[]): Statement {
    return {
      text: 'select record_id, min(row) as row from import_row where import_id = $1 and record_id = any($2::uuid[]) group by record_id',
      values: [id, recordIds],
    };
  }

  /** Ends the import, unless it has ended. @returns whether it did */
  async end(
    uow: UnitOfWork,
    id: string,
    status: 'completed' | 'failed' | 'cancelled',
    error: string | null = null,
  ): Promise<boolean> {
    const rows = await uow.run({
      text: `update import_run set status = $3, error = $4, finished_at = now(), started_at = coalesce(started_at, now())
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id, status, error],
    });
    return rows.length > 0;
  }

  /** Tells the planner how large the table has become, where this import wrote most of it; see the function's own comment. */
  async refreshStatistics(table: string, written: number): Promise<void> {
    await this.pool.query({ text: 'select refresh_record_statistics($1, $2)', values: [table, written] });
  }

  /** Failed rows behind the position, in order. */
  async failedRows(id: string, texts: RowTexts, after: number, limit: number): Promise<FailedRow[]> {
    const { rows } = await this.pool.query({
      text: `select row, texts from import_row where import_id = $1 and status = 'failed' and row > $2 order by row limit $3`,
      values: [id, after, limit],
    });
    return rows.map(({ row, texts: sealed }) => {
      const { cells, reason } = texts.open(row, sealed);
      return { row, cells: cells ?? [], reason: reason ?? '' };
    });
  }
}

function run(row: Record<string, any>): ImportRun {
  const { job_state, job_error, fileSize, ...rest } = row;
  const found = { ...rest, fileSize: Number(fileSize) } as ImportRun;
  // A job that was given up could not say so itself: its process may have died every time.
  if (job_state === 'dead' && (found.status === 'queued' || found.status === 'running')) {
    found.status = 'failed';
    found.error ??= job_error;
  }
  return found;
}
