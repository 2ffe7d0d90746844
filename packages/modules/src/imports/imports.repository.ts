import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import type { MasterKeyConfig, WrappedSecret } from '@pellucid/platform/crypto';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import type { ImportOptions } from './import-options.schema.js';
import { ImportKeys, type KeptTexts, type RowTexts } from './row-texts.js';
import type { Dialect, TableRow } from './tables/table-file.js';
import type { StoredColumnConventions } from './values/column-conventions.js';

/** Status of an import. */
export type ImportStatus =
  | 'queued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'rolling_back'
  | 'rolled_back';

/** Results so far. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  /** Number of further rows with lines of a record that an earlier row begins. */
  lines: number;
  failed: number;
  /** Number of records created because a row named one that did not exist. */
  related: number;
}

/** How columns are read, derived from the whole file, by column name. */
export type StoredConventions = Record<string, StoredColumnConventions>;

/** A stored import. */
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
  /** Whether it only reports what it would do. */
  isDryRun: boolean;
  conventions: StoredConventions;
  pass: number;
  position: number;
  total: number | null;
  error: string | null;
  createdAt: string;
  createdBy: { id: string; name: string } | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** The bulk job that rolls it back, and what it did so far. */
  rollback: { id: string; counts: Record<string, number> } | null;
}

/** A stored upload. */
export interface ImportFile {
  id: string;
  name: string;
  size: number;
  sha256: string;
  /** The key that encrypts its content; missing for uploads from before files were encrypted. */
  secret?: WrappedSecret;
}

/** The result of a row. */
export interface RowResult extends KeptTexts {
  row: number;
  status: 'created' | 'updated' | 'unchanged' | 'failed';
  record_id: string | null;
  /** First row of the record, if a record may have several. */
  record_row: number | null;
}

/** A row of the second pass. */
export type DeferredRow = RowResult & { deferred: Record<string, string> };

/** A row that failed, for the error file. */
export interface FailedRow {
  row: number;
  cells: string[];
  reason: string;
  /** Key shared by rows that failed for the same reason; null for rows from before such keys existed. */
  kind: string | null;
}

/** Whether the job that rolls an import `i` back was given up: its workers died each time, so it could not end the rollback. */
export const ROLLBACK_GIVEN_UP = `exists (select from bulk_job b join job j on j.tenant_id = b.tenant_id and j.id = b.job_id
    where b.tenant_id = i.tenant_id and b.id = (i.rollback ->> 'id')::uuid and i.status = 'rolling_back' and j.state = 'dead')`;

const SELECT = `select i.id, i.object, i.mode, i.status, i.file_id as "fileId", f.name as "fileName", f.size as "fileSize", i.options,
    i.dialect, i.columns, i.is_dry_run as "isDryRun", i.conventions, i.pass, i.position, i.total, i.created, i.updated, i.unchanged, i.lines, i.failed, i.related, i.error,
    (select json_build_object('id', b.id, 'counts', b.counts) from bulk_job b where b.tenant_id = i.tenant_id and b.id = (i.rollback ->> 'id')::uuid) as rollback,
    i.rollback ->> 'status' as before_rollback, ${ROLLBACK_GIVEN_UP} as is_given_up,
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

  /** Returns the import. @throws ProblemError 404 */
  async get(id: string): Promise<ImportRun> {
    const { rows } = await this.pool.query({ text: `${SELECT} where i.id = $1`, values: [id] });
    if (!rows[0]) throw notFound('The import');
    return run(rows[0]);
  }

  /**
   * Returns imports, newest first, without dry runs.
   * @param by whose imports
   * @param others objects whose imports by other people are also returned
   * @param after the last one on the previous page
   */
  async page(
    limit: number,
    { by, others, after }: { by: string | null; others: string[]; after?: { createdAt: string; id: string } },
  ): Promise<ImportRun[]> {
    const values: unknown[] = [limit, by, others];
    const where = ['not i.is_dry_run', '(i.created_by_id = $2 or i.object = any($3::text[]))'];
    if (after)
      where.push(
        `(i.created_at, i.id) < ($${values.push(after.createdAt)}::timestamptz, $${values.push(after.id)}::uuid)`,
      );
    const { rows } = await this.pool.query({
      text: `${SELECT} where ${where.join(' and ')} order by i.created_at desc, i.id desc limit $1`,
      values,
    });
    return rows.map(run);
  }

  /** Returns the person's latest import or dry run whose columns the file has, so that its mapping fits. */
  async previous(by: string | null, columns: string[]): Promise<ImportRun | undefined> {
    const { rows } = await this.pool.query({
      text: `${SELECT} where i.created_by_id = $1 and i.columns <@ $2::text[] and cardinality(i.columns) > 0
              order by i.created_at desc, i.id desc limit 1`,
      values: [by, columns],
    });
    return rows[0] && run(rows[0]);
  }

  /** Deletes the results of the person's earlier dry runs: only the latest is useful. */
  dropDryRuns(uow: UnitOfWork, by: string | null): Promise<unknown> {
    const ended = `is_dry_run and created_by_id is not distinct from $2::uuid and status not in ('queued', 'running')`;
    return uow.together([
      {
        text: `delete from import_row where tenant_id = $1 and import_id in (select id from import_run where tenant_id = $1 and ${ended})`,
        values: [uow.tenantId, by],
      },
      { text: `delete from import_run where tenant_id = $1 and ${ended}`, values: [uow.tenantId, by] },
    ]);
  }

  /** A dry run that was interrupted starts again, because what it learnt about earlier rows is lost. */
  restart(uow: UnitOfWork, id: string): Promise<unknown> {
    return uow.together([
      { text: 'delete from import_row where tenant_id = $1 and import_id = $2', values: [uow.tenantId, id] },
      {
        text: `update import_run set pass = 1, position = 1, created = 0, updated = 0, unchanged = 0, lines = 0, failed = 0, related = 0
                where tenant_id = $1 and id = $2`,
        values: [uow.tenantId, id],
      },
    ]);
  }

  /** Returns the upload. @param uploader who must have uploaded it; anybody by default @throws ProblemError 404 */
  async file(id: string, uploader?: string | null): Promise<ImportFile> {
    const { rows } = await this.pool.query({
      text: `select id, name, size, sha256, key_id, wrapped_key from import_file where id = $1 and removed_at is null
              ${uploader === undefined ? '' : 'and created_by_id = $2'}`,
      values: uploader === undefined ? [id] : [id, uploader],
    });
    if (!rows[0]) throw notFound('The uploaded file');
    const { key_id: keyId, wrapped_key: wrapped, size, ...rest } = rows[0];
    return { ...rest, size: Number(size), ...(wrapped && { secret: { keyId, wrapped } }) };
  }

  addFile(uow: UnitOfWork, file: ImportFile, createdById: string | null): Promise<unknown> {
    return uow.run({
      text: `insert into import_file (tenant_id, id, name, size, sha256, created_by_id, key_id, wrapped_key)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [
        uow.tenantId,
        file.id,
        file.name,
        file.size,
        file.sha256,
        createdById,
        file.secret?.keyId ?? null,
        file.secret?.wrapped ?? null,
      ],
    });
  }

  /** Stores a new import or dry run. */
  addRun(
    uow: UnitOfWork,
    given: Pick<
      ImportRun,
      'id' | 'object' | 'mode' | 'fileId' | 'options' | 'dialect' | 'columns' | 'isDryRun'
    > & {
      jobId: string;
    },
    createdById: string | null,
  ): Promise<unknown> {
    const key = this.keys.create(uow.tenantId, given.id);
    return uow.run({
      text: `insert into import_run (tenant_id, id, object, mode, file_id, job_id, options, dialect, columns, created_by_id, key_id, wrapped_key, is_dry_run)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
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
        given.isDryRun,
      ],
    });
  }

  /** Returns what encrypts and decrypts the texts of the import's rows; undefined once its key is destroyed. */
  async rowTexts(id: string): Promise<RowTexts | undefined> {
    const { rows } = await this.pool.query({
      text: 'select key_id, wrapped_key from import_run where id = $1',
      values: [id],
    });
    const { key_id: keyId, wrapped_key: wrapped } = rows[0] ?? {};
    return wrapped ? this.keys.textsOf(requireTenant(), id, { keyId, wrapped }) : undefined;
  }

  /** Locks the import until the transaction ends and returns its status: a cancellation waits for the current batch. */
  hold(id: string): Statement {
    return { text: 'select status from import_run where id = $1 for update', values: [id] };
  }

  /** Marks the import as running, unless it was cancelled meanwhile. @returns whether it did */
  async begin(uow: UnitOfWork, id: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update import_run set status = 'running', started_at = coalesce(started_at, now())
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id],
    });
    return rows.length > 0;
  }

  /** Stores what was learnt about the whole file. */
  setSurvey(uow: UnitOfWork, id: string, total: number, conventions: StoredConventions): Promise<unknown> {
    return uow.run({
      text: 'update import_run set total = $3, conventions = $4 where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id, total, JSON.stringify(conventions)],
    });
  }

  /**
   * Returns statements that store the results of rows and the import's progress. They belong to the batch's
   * transaction.
   */
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
      record_row: result.record_row,
      is_deferred: result.deferred !== null,
      reason_kind: result.reason === null ? null : reasonKind(result.reason),
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
              text: `insert into import_row (tenant_id, import_id, row, status, record_id, record_row, is_deferred, texts, reason_kind)
                     select $1, $2, r.row, r.status, r.record_id, r.record_row, r.is_deferred, r.texts, r.reason_kind
                       from json_to_recordset($3::json) as r(row int, status text, record_id uuid, record_row int, is_deferred boolean, texts bytea, reason_kind text)
                     on conflict (tenant_id, import_id, row) do update
                        set status = excluded.status, is_deferred = excluded.is_deferred, texts = excluded.texts,
                            reason_kind = excluded.reason_kind, record_row = excluded.record_row, record_id = coalesce(excluded.record_id, import_row.record_id)`,
              values: [uow.tenantId, id, JSON.stringify(rows)],
            },
          ]
        : []),
      {
        text: `update import_run set pass = $3, position = $4, created = created + $5, updated = updated + $6,
                      unchanged = unchanged + $7, lines = lines + $8, failed = failed + $9, related = related + $10
                where tenant_id = $1 and id = $2`,
        values: [
          uow.tenantId,
          id,
          at.pass,
          at.position,
          delta.created,
          delta.updated,
          delta.unchanged,
          delta.lines,
          delta.failed,
          delta.related,
        ],
      },
    ];
  }

  /** Returns rows of the second pass after the position, in order; {@link asDeferred} converts the result. */
  deferredRows(id: string, after: number, limit: number): Statement {
    return {
      text: `select row, status, record_id, record_row, texts from import_row
              where import_id = $1 and row > $2 and is_deferred order by row limit $3`,
      values: [id, after, limit],
    };
  }

  /** Decrypts the result of {@link deferredRows}. */
  asDeferred(rows: { row: number; texts: Buffer }[], texts: RowTexts): DeferredRow[] {
    return rows.map(({ texts: sealed, ...row }) => ({
      ...row,
      ...texts.open(row.row, sealed),
    })) as DeferredRow[];
  }

  /** Returns in which row of the import each of the records was created or changed. */
  rowsOfRecords(id: string, recordIds: string[]): Statement {
    return {
      text: 'select record_id, min(row) as row from import_row where import_id = $1 and record_id = any($2::uuid[]) group by record_id',
      values: [id, recordIds],
    };
  }

  /** Ends the import, unless it has already ended. @returns whether it ended now */
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

  /**
   * Updates the planner's statistics if this import wrote most of the table; see the comment of the database function.
   */
  async refreshStatistics(table: string, written: number): Promise<void> {
    await this.pool.query({ text: 'select refresh_record_statistics($1, $2)', values: [table, written] });
  }

  /** Returns failed rows after the position, in order. @param kind only rows that failed for this reason */
  async failedRows(
    id: string,
    texts: RowTexts,
    after: number,
    limit: number,
    kind?: string,
  ): Promise<FailedRow[]> {
    const { rows } = await this.pool.query({
      text: `select row, texts, reason_kind from import_row where import_id = $1 and status = 'failed' and row > $2
              ${kind === undefined ? '' : 'and reason_kind = $4'} order by row limit $3`,
      values: [id, after, limit, ...(kind === undefined ? [] : [kind])],
    });
    return rows.map(({ row, texts: sealed, reason_kind: kind }) => {
      const { cells, reason } = texts.open(row, sealed);
      return { row, cells: cells ?? [], reason: reason ?? '', kind };
    });
  }

  /** Returns the reasons for failed rows, the most frequent first, each with the message of its first row. */
  async reasons(id: string, texts: RowTexts): Promise<{ kind: string; count: number; example: string }[]> {
    const { rows } = await this.pool.query({
      text: `select g.kind, g.count, g.first, r.texts from (
               select reason_kind as kind, count(*)::int as count, min(row) as first from import_row
                where import_id = $1 and status = 'failed' and reason_kind is not null group by reason_kind
                order by count(*) desc, min(row) limit 50) g
              join import_row r on r.import_id = $1 and r.row = g.first order by g.count desc, g.first`,
      values: [id],
    });
    return rows.map(({ kind, count, first, texts: sealed }) => ({
      kind,
      count,
      example: texts.open(first, sealed).reason ?? '',
    }));
  }

  /** Returns the records that rows wrote although they failed, because a reference could not be set. */
  async standing(id: string, rows: number[]): Promise<Map<number, string>> {
    const { rows: found } = await this.pool.query({
      text: 'select row, record_id from import_row where import_id = $1 and row = any($2::int[]) and record_id is not null',
      values: [id, rows],
    });
    return new Map(found.map((r) => [r.row, r.record_id]));
  }

  /** Returns the failed rows of the records that the given failed rows are about, in order; the given ones too. */
  async failedRecords(id: string, texts: RowTexts, rows: number[], limit: number): Promise<TableRow[]> {
    const { rows: found } = await this.pool.query({
      text: `select row, texts from import_row where import_id = $1 and status = 'failed'
                and (row = any($2::int[]) or record_row in
                     (select record_row from import_row where import_id = $1 and status = 'failed' and row = any($2::int[])))
              order by row limit $3`,
      values: [id, rows, limit],
    });
    return found.map(({ row, texts: sealed }) => ({ row, cells: texts.open(row, sealed).cells ?? [] }));
  }

  /** Locks rows to be written again, and returns which of them failed. */
  failedAmong(id: string, rows: number[]): Statement {
    return {
      text: `select row from import_row where import_id = $1 and row = any($2::int[]) and status = 'failed'
              order by row for update`,
      values: [id, rows],
    };
  }
}

/** Returns what reasons have in common that differ only in the row's own values. */
function reasonKind(reason: string): string {
  const template = reason.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, '0');
  return createHash('sha256').update(template).digest('base64url').slice(0, 16);
}

function run(row: Record<string, any>): ImportRun {
  const { job_state, job_error, fileSize, before_rollback, is_given_up, ...rest } = row;
  const found = { ...rest, fileSize: Number(fileSize) } as ImportRun;
  // A dead job could not end the import itself: its process may have died every time.
  if (job_state === 'dead' && (found.status === 'queued' || found.status === 'running')) {
    found.status = 'failed';
    found.error ??= job_error;
  }
  if (is_given_up) found.status = before_rollback;
  return found;
}
