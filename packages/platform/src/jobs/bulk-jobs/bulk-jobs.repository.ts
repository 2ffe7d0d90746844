import { type TenantPool, type UnitOfWork, sql } from '../../db/index.js';
import type { BulkFailure, BulkJobContent, BulkJobSpec, BulkJobState, BulkStatus } from './bulk-job.types.js';

/** A bulk job's row, locked by a batch. */
export interface LockedBulkJob {
  status: BulkStatus;
  total: number;
  /** The queue job that does the work. */
  jobId: string;
  cursor: unknown;
}

/** A job that has ended, and the one that it follows from. */
type EndedRow = Pick<BulkJobState, 'id' | 'kind' | 'object' | 'action' | 'startedBy'> & {
  causeId: string | null;
};

/** Which bulk jobs a list shows. */
export interface BulkJobFilter {
  /** Member or API key; null for everybody's. */
  startedBy: string | null;
  status?: BulkStatus[] | undefined;
  kind?: string | undefined;
}

/** What people see of a job. One that was given up after the last attempt (its worker died each time) has failed. */
const STATE = `select b.id, b.kind, b.object, b.action, b.total, b.counts, b.result, b.created_at as "createdAt",
    b.member_id as "startedBy", b.correlation_id as "correlationId",
    case when b.status in ('queued', 'running') and j.state = 'dead' then 'failed' else b.status end as status,
    coalesce(b.error, case when b.status in ('queued', 'running') and j.state = 'dead'
      then 'The work was given up after several attempts. What is done stays done.' end) as error,
    array(select f.id from bulk_job f where f.cause_id = b.id order by f.id) as cascades,
    coalesce(b.finished_at, case when j.state = 'dead' then j.finished_at end) as "finishedAt"
  from bulk_job b left join job j on j.tenant_id = b.tenant_id and j.id = b.job_id`;

/** The tables `bulk_job` and `bulk_job_failure`. */
export class BulkJobsRepository {
  constructor(private readonly pool: TenantPool) {}

  async insert(
    uow: UnitOfWork,
    job: BulkJobSpec & {
      id: string;
      jobId: string;
      startedBy: string | null;
      correlationId: string;
    },
  ): Promise<void> {
    await uow.run(sql`insert into bulk_job
      (tenant_id, id, job_id, kind, object, action, request, total, member_id, cause_id, correlation_id)
      values (${uow.tenantId}, ${job.id}, ${job.jobId}, ${job.kind}, ${job.object}, ${job.action},
              ${JSON.stringify(job.request)}, ${job.total}, ${job.startedBy}, ${job.causeId ?? null}, ${job.correlationId})`);
  }

  async setTotal(uow: UnitOfWork, id: string, total: number): Promise<void> {
    await uow.run(sql`update bulk_job set total = ${total} where id = ${id}`);
  }

  /**
   * Returns one bulk job if the caller may see it.
   * @param startedBy member or API key; null for anybody's
   */
  async find(id: string, startedBy: string | null): Promise<BulkJobState | undefined> {
    const { rows } = await this.pool.query({
      text: `${STATE} where b.id = $1 and ($2::uuid is null or b.member_id = $2)`,
      values: [id, startedBy],
    });
    return rows[0] && shown(rows[0]);
  }

  /**
   * Returns bulk jobs, the latest first.
   * @param before the last job of the previous page
   */
  async page(filter: BulkJobFilter, limit: number, before?: string): Promise<BulkJobState[]> {
    const { rows } = await this.pool.query({
      text: `select * from (${STATE}
               where ($1::uuid is null or b.member_id = $1) and ($2::text is null or b.kind = $2)
                 and ($3::uuid is null or b.id < $3)) as state
             where ($4::text[] is null or status = any($4)) order by id desc limit $5`,
      values: [
        filter.startedBy,
        filter.kind ?? null,
        before ?? null,
        filter.status?.length ? filter.status : null,
        limit,
      ],
    });
    return rows.map(shown);
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

  /** Returns what the job is to do and where it is; read once per attempt. */
  async content(id: string): Promise<(BulkJobContent & { cursor: unknown }) | undefined> {
    const { rows } = await this.pool.query({
      text: 'select id, object, action, request, total, cursor from bulk_job where id = $1',
      values: [id],
    });
    return rows[0];
  }

  /** Returns the job's state, and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, id: string): Promise<LockedBulkJob | undefined> {
    const [row] = await uow.run(sql<LockedBulkJob>`
      select status, total, job_id as "jobId", cursor from bulk_job where id = ${id} for update`);
    return row;
  }

  /** Records the counts and failures of a batch, and where the next one starts. */
  async advance(
    uow: UnitOfWork,
    id: string,
    done: {
      counts: Record<string, number>;
      failures: BulkFailure[];
      cursor: unknown;
      total: number | undefined;
      result: Record<string, unknown> | undefined;
    },
  ): Promise<void> {
    const statements = [
      sql`update bulk_job set status = 'running', cursor = ${JSON.stringify(done.cursor ?? null)}::jsonb,
            total = coalesce(${done.total ?? null}::int, total),
            result = coalesce(${done.result ? JSON.stringify(done.result) : null}::jsonb, result),
            counts = (select coalesce(jsonb_object_agg(key, n), '{}') from (
              select key, sum(value::bigint) as n from (
                select * from jsonb_each_text(counts) union all select * from jsonb_each_text(${JSON.stringify(done.counts)}::jsonb)
              ) as each group by key) as summed)
          where id = ${id}`,
    ];
    if (done.failures.length)
      statements.push(sql`insert into bulk_job_failure (tenant_id, bulk_job_id, row, record_id, object, errors)
          select ${uow.tenantId}, ${id}, f.row, f."recordId", f.object, f.errors
          from jsonb_to_recordset(${JSON.stringify(done.failures)}::jsonb) as f(row int, "recordId" uuid, object text, errors jsonb)`);
    await uow.together(statements);
  }

  /** Pauses the job if it is at work. @returns whether it was */
  async pause(uow: UnitOfWork, id: string): Promise<boolean> {
    const rows = await uow.run(sql`update bulk_job set status = 'paused'
      where id = ${id} and status in ('queued', 'running') returning id`);
    return rows.length > 0;
  }

  /** Hands the paused job to another queue job. */
  async resume(uow: UnitOfWork, id: string, jobId: string): Promise<void> {
    await uow.run(sql`update bulk_job set status = 'queued', job_id = ${jobId} where id = ${id}`);
  }

  /**
   * Ends the job unless it has already ended, and deletes the request's content, which is no longer needed.
   * @returns the job, with the one that it follows from, if it ended now
   */
  async end(
    uow: UnitOfWork,
    id: string,
    status: BulkStatus,
    error: string | null = null,
  ): Promise<EndedRow | undefined> {
    const [ended] = await uow.run<EndedRow>(sql`update bulk_job
      set status = ${status}, error = ${error}, finished_at = now(), request = '{}', cursor = null
      where id = ${id} and status in ('queued', 'running', 'paused')
      returning id, kind, object, action, member_id as "startedBy", cause_id as "causeId"`);
    return ended;
  }
}

const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());

function shown(row: BulkJobState): BulkJobState {
  return { ...row, createdAt: iso(row.createdAt)!, finishedAt: iso(row.finishedAt) };
}
