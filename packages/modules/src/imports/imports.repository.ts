import { makerOf } from '@pellucid/platform/records';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import type { MasterKeyConfig } from '@pellucid/platform/crypto';
import { type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import type { ImportRun, StoredConventions } from './imports.types.js';
import { type Reason, reason } from './reasons/reason.js';
import { ImportKeys, type RowTexts } from './row-texts.js';

/** Whether the job that rolls an import `i` back was given up: its workers died each time, so it could not end the rollback. */
export const ROLLBACK_GIVEN_UP = `exists (select from bulk_job b join job j on j.tenant_id = b.tenant_id and j.id = b.job_id
    where b.tenant_id = i.tenant_id and b.id = (i.rollback ->> 'id')::uuid and i.status = 'rolling_back' and j.state = 'dead')`;

const SELECT = `select i.id, i.object, i.mode, i.status, i.file_id as "fileId", f.name as "fileName", f.size as "fileSize", i.options,
    i.dialect, i.columns, i.is_preview as "isPreview", i.preview_id as "previewId", i.rights, i.basis, i.conventions, i.pass, i.position, i.total, i.created, i.updated, i.unchanged, i.lines, i.failed, i.duplicates, i.related, i.failure, i.error,
    (select json_build_object('id', b.id, 'counts', b.counts) from bulk_job b where b.tenant_id = i.tenant_id and b.id = (i.rollback ->> 'id')::uuid) as rollback,
    i.rollback ->> 'status' as before_rollback, ${ROLLBACK_GIVEN_UP} as is_given_up,
    i.created_at as "createdAt", i.started_at as "startedAt", i.finished_at as "finishedAt",
    ${makerOf('i')} as "createdBy",
    j.state as job_state
  from import_run i
  join import_file f on f.tenant_id = i.tenant_id and f.id = i.file_id
  left join job j on j.tenant_id = i.tenant_id and j.id = i.job_id`;

/** The table of imports. */
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
   * Returns imports, newest first, without previews.
   * @param by whose imports
   * @param others objects whose imports by other people are also returned
   * @param after the last one on the previous page
   */
  async page(
    limit: number,
    { by, others, after }: { by: string | null; others: string[]; after?: { createdAt: string; id: string } },
  ): Promise<ImportRun[]> {
    const values: unknown[] = [limit, by, others];
    const where = ['not i.is_preview', '(i.created_by_id = $2 or i.object = any($3::text[]))'];
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

  /** Returns the person's latest import or preview whose columns the file has, so that its mapping fits. */
  async previous(by: string | null, columns: string[]): Promise<ImportRun | undefined> {
    const { rows } = await this.pool.query({
      text: `${SELECT} where i.created_by_id = $1 and i.columns <@ $2::text[] and cardinality(i.columns) > 0
              order by i.created_at desc, i.id desc limit 1`,
      values: [by, columns],
    });
    return rows[0] && run(rows[0]);
  }

  /** Deletes the person's earlier previews: only the latest is useful, and those that a running import must not differ from. */
  dropPreviews(uow: UnitOfWork, by: string | null): Promise<unknown> {
    const inUse = `select from import_run u where u.tenant_id = $1 and u.preview_id = import_run.id and u.status in ('queued', 'running')`;
    const ended = `is_preview and created_by_id is not distinct from $2::uuid and status not in ('queued', 'running') and not exists (${inUse})`;
    return uow.together([
      {
        text: `update import_run set preview_id = null
                where tenant_id = $1 and preview_id in (select id from import_run where tenant_id = $1 and ${ended})`,
        values: [uow.tenantId, by],
      },
      {
        text: `delete from import_row where tenant_id = $1 and import_id in (select id from import_run where tenant_id = $1 and ${ended})`,
        values: [uow.tenantId, by],
      },
      { text: `delete from import_run where tenant_id = $1 and ${ended}`, values: [uow.tenantId, by] },
    ]);
  }

  /** A preview that was interrupted starts again, because what it learnt about earlier rows is lost. */
  restart(uow: UnitOfWork, id: string): Promise<unknown> {
    return uow.together([
      { text: 'delete from import_row where tenant_id = $1 and import_id = $2', values: [uow.tenantId, id] },
      {
        text: `update import_run set pass = 1, position = 1, created = 0, updated = 0, unchanged = 0, lines = 0, failed = 0, duplicates = 0, related = 0
                where tenant_id = $1 and id = $2`,
        values: [uow.tenantId, id],
      },
    ]);
  }

  /** Stores a new import or preview. */
  addRun(
    uow: UnitOfWork,
    given: Pick<
      ImportRun,
      | 'id'
      | 'object'
      | 'mode'
      | 'fileId'
      | 'options'
      | 'dialect'
      | 'columns'
      | 'isPreview'
      | 'previewId'
      | 'rights'
      | 'basis'
    > & {
      jobId: string;
    },
    createdById: string | null,
  ): Promise<unknown> {
    const key = this.keys.create(uow.tenantId, given.id);
    return uow.run({
      text: `insert into import_run (tenant_id, id, object, mode, file_id, job_id, options, dialect, columns, created_by_id, key_id, wrapped_key, is_preview, preview_id, rights, basis)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
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
        given.isPreview,
        given.previewId,
        given.rights && JSON.stringify(given.rights),
        given.basis,
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

  /** Ends the import, unless it has already ended. @returns whether it ended now */
  async end(
    uow: UnitOfWork,
    id: string,
    status: 'completed' | 'failed' | 'cancelled',
    failure: Reason | null = null,
  ): Promise<boolean> {
    const rows = await uow.run({
      text: `update import_run set status = $3, failure = $4, finished_at = now(), started_at = coalesce(started_at, now())
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id, status, failure && JSON.stringify(failure)],
    });
    return rows.length > 0;
  }

  /**
   * Updates the planner's statistics if this import wrote most of the table; see the comment of the database function.
   */
  async refreshStatistics(table: string, written: number): Promise<void> {
    await this.pool.query({ text: 'select refresh_record_statistics($1, $2)', values: [table, written] });
  }
}

function run(row: Record<string, any>): ImportRun {
  const { job_state, error, fileSize, before_rollback, is_given_up, ...rest } = row;
  const found = { ...rest, fileSize: Number(fileSize) } as ImportRun;
  if (error !== null) found.failure ??= reason('told', { text: error });
  // A dead job could not end the import itself: its process may have died every time.
  if (job_state === 'dead' && (found.status === 'queued' || found.status === 'running')) {
    found.status = 'failed';
    found.failure ??= reason('stoppedRepeatedly');
  }
  if (is_given_up) found.status = before_rollback;
  return found;
}
