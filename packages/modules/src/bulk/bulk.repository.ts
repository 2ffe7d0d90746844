import { Inject, Injectable } from '@nestjs/common';
import { type Statement, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { FieldProblem } from '@pellucid/platform/errors';
import { BULK_INLINE, type BulkRequest, type Cascade } from '@pellucid/platform/records';

/** Status of a bulk job. */
export type BulkStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** The content of a bulk job that changes what a deletion or restoration affects. */
export interface CascadeRequest {
  action: Cascade['operation'];
  cascade: Cascade;
}

/** Whether the content is that of a cascade. */
export function isCascade(request: BulkRequest | CascadeRequest): request is CascadeRequest {
  return 'cascade' in request;
}

/** A bulk job as people see it. */
export interface BulkJobRow {
  id: string;
  object: string;
  action: BulkRequest['action'];
  status: BulkStatus;
  total: number;
  counts: Record<string, number>;
  error: string | null;
  /** Jobs that change the other records which this job's rows affected. */
  cascades: string[];
  createdAt: string;
  finishedAt: string | null;
}

/** What the handler needs to continue. */
export interface BulkCheckpoint {
  status: BulkStatus;
  total: number;
}

/** A row that failed. */
export interface BulkFailure {
  row: number;
  recordId: string | null;
  /** The record's object, if it is not the job's. */
  object?: string | null;
  errors: FieldProblem[];
}

/** The tables `bulk_job`, `bulk_job_selection` and `bulk_job_failure`. */
@Injectable()
export class BulkRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  async insert(
    uow: UnitOfWork,
    job: {
      id: string;
      jobId: string;
      object: string;
      request: BulkRequest | CascadeRequest;
      total: number;
      startedBy: string | null;
      /** The bulk job that it follows from. */
      causeId?: string | null;
      correlationId: string;
    },
  ): Promise<void> {
    await uow.run(sql`insert into bulk_job
      (tenant_id, id, job_id, object, action, request, total, member_id, cause_id, correlation_id)
      values (${uow.tenantId}, ${job.id}, ${job.jobId}, ${job.object}, ${job.request.action}, ${JSON.stringify(job.request)},
              ${job.total}, ${job.startedBy}, ${job.causeId ?? null}, ${job.correlationId})`);
  }

  /**
   * Stores the records that a select of ids finds, one row per batch, and sets the job's total to their number.
   * @param found the select, in the order in which the records are processed
   * @returns how many there are
   */
  async select(
    uow: UnitOfWork,
    id: string,
    found: (wrap: (select: string, param: (value: unknown) => string) => string) => Promise<Statement>,
  ): Promise<number> {
    const [row] = await uow.runLimited<{ total: number }>(
      await found(
        (select, param) => `with taken as (
          insert into bulk_job_selection (tenant_id, bulk_job_id, first_row, ids)
          select ${param(uow.tenantId)}::uuid, ${param(id)}::uuid, min(n) - 1, array_agg(id order by n)
            from (select id, row_number() over (order by id) as n from (${select}) found) numbered
           group by (n - 1) / ${BULK_INLINE} returning cardinality(ids) as size)
          select coalesce(sum(size), 0)::int as total from taken`,
      ),
    );
    await this.setTotal(uow, id, row!.total);
    return row!.total;
  }

  async setTotal(uow: UnitOfWork, id: string, total: number): Promise<void> {
    await uow.run(sql`update bulk_job set total = ${total} where id = ${id}`);
  }

  /** Returns the batch of a selection that starts at the row. */
  async selected(uow: UnitOfWork, id: string, firstRow: number): Promise<string[]> {
    const [row] = await uow.run<{ ids: string[] }>({
      text: 'select ids from bulk_job_selection where bulk_job_id = $1 and first_row = $2',
      values: [id, firstRow],
    });
    return row?.ids ?? [];
  }

  /**
   * Returns one bulk job if the caller may see it. If its job was given up after the last attempt (its worker died each
   * time), it is shown as failed.
   * @param startedBy member or API key; null for anybody's
   */
  async find(id: string, startedBy: string | null): Promise<BulkJobRow | undefined> {
    const { rows } = await this.pool.query({
      text: `select b.id, b.object, b.action, b.total, b.counts, b.created_at as "createdAt",
               case when b.status in ('queued', 'running') and j.state = 'dead' then 'failed' else b.status end as status,
               coalesce(b.error, case when b.status in ('queued', 'running') and j.state = 'dead'
                 then 'The work was given up after several attempts. What is done stays done.' end) as error,
               array(select f.id from bulk_job f where f.cause_id = b.id order by f.id) as cascades,
               coalesce(b.finished_at, case when j.state = 'dead' then j.finished_at end) as "finishedAt"
             from bulk_job b left join job j on j.tenant_id = b.tenant_id and j.id = b.job_id
             where b.id = $1 and ($2::uuid is null or b.member_id = $2)`,
      values: [id, startedBy],
    });
    return rows[0] && { ...rows[0], createdAt: iso(rows[0].createdAt), finishedAt: iso(rows[0].finishedAt) };
  }

  /** Returns failed rows after the given one, in the order of the request. */
  async failures(id: string, after: number, limit: number): Promise<BulkFailure[]> {
    const { rows } = await this.pool.query({
      text: `select row, record_id as "recordId", object, errors from bulk_job_failure
             where bulk_job_id = $1 and row > $2 order by row limit $3`,
      values: [id, after, limit],
    });
    return rows;
  }

  /** Returns the original request; read once per attempt. */
  async request(id: string): Promise<{ object: string; request: BulkRequest | CascadeRequest } | undefined> {
    const { rows } = await this.pool.query({
      text: 'select object, request from bulk_job where id = $1',
      values: [id],
    });
    return rows[0];
  }

  /** Returns status and total, and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, id: string): Promise<BulkCheckpoint | undefined> {
    const [row] = await uow.run(sql<BulkCheckpoint>`
      select status, total from bulk_job where id = ${id} for update`);
    return row;
  }

  /** Records the counts and failures of a batch. */
  async advance(
    uow: UnitOfWork,
    id: string,
    done: {
      counts: Record<string, number>;
      failures: BulkFailure[];
    },
  ): Promise<void> {
    await uow.together([
      sql`update bulk_job set status = 'running',
            counts = (select coalesce(jsonb_object_agg(key, n), '{}') from (
              select key, sum(value::bigint) as n from (
                select * from jsonb_each_text(counts) union all select * from jsonb_each_text(${JSON.stringify(done.counts)}::jsonb)
              ) as each group by key) as summed)
          where id = ${id}`,
      sql`insert into bulk_job_failure (tenant_id, bulk_job_id, row, record_id, object, errors)
          select ${uow.tenantId}, ${id}, f.row, f."recordId", f.object, f.errors
          from jsonb_to_recordset(${JSON.stringify(done.failures)}::jsonb) as f(row int, "recordId" uuid, object text, errors jsonb)`,
    ]);
  }

  /**
   * Ends the job unless it has already ended, and deletes the request's content, which is no longer needed.
   * @returns whether it ended now
   */
  async end(uow: UnitOfWork, id: string, status: BulkStatus, error: string | null = null): Promise<boolean> {
    const rows = await uow.run(sql`update bulk_job
      set status = ${status}, error = ${error}, finished_at = now(), request = '{}'
      where id = ${id} and status in ('queued', 'running') returning id`);
    if (rows.length) await uow.run(sql`delete from bulk_job_selection where bulk_job_id = ${id}`);
    return rows.length > 0;
  }
}

const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());
