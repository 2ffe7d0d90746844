import { Inject, Injectable } from '@nestjs/common';
import { type Reason, reason } from '@pellucid/modules/imports';
import { sql, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { MadeField, MoveLinks, MoveRun, MoveStatus, MoveStep } from './moves.types.js';
import type { MovePlan } from './planning/move-plan.js';
import type { OrderedStep } from './running/move-order.js';

const SELECT = `select m.id, m.source, m.status, m.plan, m.links, m.failure, m.made_fields as "madeFields", m.created_at as "createdAt", m.created_by_id as "createdById",
    m.started_at as "startedAt", m.finished_at as "finishedAt", m.rollback ->> 'status' as before_rollback,
    (select json_build_object('id', b.id, 'counts', b.counts) from bulk_job b
      where b.tenant_id = m.tenant_id and b.id = (m.rollback ->> 'id')::uuid) as rollback,
    j.state as job_state,
    exists (select from bulk_job b join job r on r.tenant_id = b.tenant_id and r.id = b.job_id
             where b.tenant_id = m.tenant_id and b.id = (m.rollback ->> 'id')::uuid and m.status = 'rolling_back' and r.state = 'dead') as is_given_up
  from move_run m left join job j on j.tenant_id = m.tenant_id and j.id = m.job_id`;

/** The tables of moves. */
@Injectable()
export class MovesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the move; undefined if there is none. @param by whose it must be; anybody's by default */
  async find(id: string, by?: string | null): Promise<MoveRun | undefined> {
    const { rows } = await this.pool.query({
      text: `${SELECT} where m.id = $1 ${by === undefined ? '' : 'and m.created_by_id = $2'}`,
      values: by === undefined ? [id] : [id, by],
    });
    return rows[0] && asRun(rows[0]);
  }

  /** Returns moves of a person, newest first. @param after the last one of the previous page */
  async page(
    by: string | null,
    limit: number,
    after?: { createdAt: string; id: string },
  ): Promise<MoveRun[]> {
    const { rows } = await this.pool.query({
      text: `${SELECT} where m.created_by_id = $1
              ${after ? 'and (m.created_at, m.id) < ($3::timestamptz, $4::uuid)' : ''}
              order by m.created_at desc, m.id desc limit $2`,
      values: [by, limit, ...(after ? [after.createdAt, after.id] : [])],
    });
    return rows.map(asRun);
  }

  /** Returns the files of a move in order. */
  async steps(id: string): Promise<MoveStep[]> {
    const { rows } = await this.pool.query({
      text: `select position, file_id as "fileId", brings, import_id as "importId", skipped, counts, "row", finished_at as "finishedAt"
               from move_step where move_id = $1 order by position`,
      values: [id],
    });
    return rows as MoveStep[];
  }

  /** Returns the files of a move that has started. @param which all, or those that are still to be brought */
  async filesOf(uow: UnitOfWork, id: string, which: 'all' | 'open' = 'all'): Promise<string[]> {
    const rows = await uow.run<{ id: string }>({
      text: `select file_id as id from move_step where move_id = $1 ${which === 'open' ? 'and finished_at is null' : ''}`,
      values: [id],
    });
    return rows.map((row) => row.id);
  }

  async add(
    uow: UnitOfWork,
    { id, source, plan }: Pick<MoveRun, 'id' | 'source' | 'plan'>,
    createdById: string | null,
  ): Promise<void> {
    await uow.run(sql`insert into move_run (tenant_id, id, source, plan, created_by_id)
      values (${uow.tenantId}, ${id}, ${source}, ${JSON.stringify(plan)}, ${createdById})`);
  }

  /** Locks a move of a person until the transaction ends. @returns undefined if there is none */
  async held(
    uow: UnitOfWork,
    id: string,
    by: string | null,
  ): Promise<Pick<MoveRun, 'status' | 'plan'> | undefined> {
    const [row] = await uow.run<Pick<MoveRun, 'status' | 'plan'>>({
      text: 'select status, plan from move_run where id = $1 and created_by_id = $2 for update',
      values: [id, by],
    });
    return row;
  }

  async setPlan(uow: UnitOfWork, id: string, plan: MovePlan): Promise<void> {
    await uow.run({
      text: 'update move_run set plan = $3 where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id, JSON.stringify(plan)],
    });
  }

  /** Notes a field that the move is about to add. */
  async noteField(uow: UnitOfWork, id: string, field: MadeField): Promise<void> {
    await uow.run({
      text: `update move_run set made_fields = made_fields || $3::jsonb
              where tenant_id = $1 and id = $2 and not made_fields @> $3::jsonb`,
      values: [uow.tenantId, id, JSON.stringify([field])],
    });
  }

  /** Returns the fields that the move added. */
  async madeFields(uow: UnitOfWork, id: string): Promise<MadeField[]> {
    const [row] = await uow.run<{ fields: MadeField[] }>({
      text: 'select made_fields as fields from move_run where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id],
    });
    return row?.fields ?? [];
  }

  /** Starts a planned move. @param steps in order */
  async start(uow: UnitOfWork, id: string, jobId: string, steps: readonly OrderedStep[]): Promise<void> {
    await uow.together([
      {
        text: `update move_run set status = 'queued', job_id = $3 where tenant_id = $1 and id = $2`,
        values: [uow.tenantId, id, jobId],
      },
      {
        text: `insert into move_step (tenant_id, move_id, position, file_id, brings)
               select $1, $2, f.position, f.id, f.brings from unnest($3::uuid[], $4::text[]) with ordinality as f(id, brings, position)`,
        values: [uow.tenantId, id, steps.map(({ fileId }) => fileId), steps.map(({ brings }) => brings)],
      },
    ]);
  }

  /** Marks the move as running, unless it has ended. @returns whether it did */
  async begin(uow: UnitOfWork, id: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update move_run set status = 'running', started_at = coalesce(started_at, now())
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id],
    });
    return rows.length > 0;
  }

  /** Locks the move until the transaction ends and returns its status. */
  hold(id: string): Statement {
    return { text: 'select status, links from move_run where id = $1 for update', values: [id] };
  }

  async setLinks(uow: UnitOfWork, id: string, links: MoveLinks): Promise<void> {
    await uow.run({
      text: 'update move_run set links = $3 where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id, JSON.stringify(links)],
    });
  }

  /** Notes the import that brings a file. */
  async setImport(
    uow: UnitOfWork,
    id: string,
    position: number,
    importId: string,
    skipped: Record<string, number>,
  ): Promise<void> {
    await uow.run({
      text: 'update move_step set import_id = $4, skipped = $5 where tenant_id = $1 and move_id = $2 and position = $3',
      values: [uow.tenantId, id, position, importId, JSON.stringify(skipped)],
    });
  }

  /** Notes how far a file was brought. */
  async setProgress(
    uow: UnitOfWork,
    id: string,
    { position, skipped, counts, row }: Pick<MoveStep, 'position' | 'skipped' | 'counts' | 'row'>,
  ): Promise<void> {
    await uow.run({
      text: `update move_step set skipped = $4, counts = $5, "row" = $6 where tenant_id = $1 and move_id = $2 and position = $3`,
      values: [uow.tenantId, id, position, JSON.stringify(skipped), JSON.stringify(counts), row],
    });
  }

  async finishStep(uow: UnitOfWork, id: string, position: number): Promise<void> {
    await uow.run({
      text: 'update move_step set finished_at = now() where tenant_id = $1 and move_id = $2 and position = $3',
      values: [uow.tenantId, id, position],
    });
  }

  /** Ends the move, unless it has already ended. @returns whether it ended now */
  async end(
    uow: UnitOfWork,
    id: string,
    status: 'completed' | 'failed' | 'cancelled',
    failure: Reason | null = null,
  ): Promise<boolean> {
    const rows = await uow.run({
      text: `update move_run set status = $3, failure = $4, finished_at = now()
              where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`,
      values: [uow.tenantId, id, status, failure && JSON.stringify(failure)],
    });
    return rows.length > 0;
  }

  /** Marks an ended move as being rolled back by a bulk job. @returns whether it did */
  async beginRollback(uow: UnitOfWork, id: string, rollbackId: string, from: MoveStatus): Promise<boolean> {
    const rows = await uow.run({
      text: `update move_run set status = 'rolling_back', rollback = jsonb_build_object('id', $3::text, 'status', $4::text)
              where tenant_id = $1 and id = $2 and (status = $4 or (status = 'rolling_back' and rollback ->> 'status' = $4)) returning id`,
      values: [uow.tenantId, id, rollbackId, from],
    });
    return rows.length > 0;
  }

  async endRollback(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run({
      text: `update move_run set status = 'rolled_back' where tenant_id = $1 and id = $2 and status = 'rolling_back'`,
      values: [uow.tenantId, id],
    });
  }

  /** After a rollback was stopped, the move is as it was, so that the rest can be rolled back. */
  async stopRollback(uow: UnitOfWork, rollbackId: string): Promise<void> {
    await uow.run({
      text: `update move_run set status = rollback ->> 'status' where tenant_id = $1 and status = 'rolling_back' and rollback ->> 'id' = $2`,
      values: [uow.tenantId, rollbackId],
    });
  }
}

function asRun(row: Record<string, any>): MoveRun {
  const { job_state, before_rollback, is_given_up, ...rest } = row;
  const found = rest as MoveRun;
  // A dead job could not end the move itself: its process may have died every time.
  if (job_state === 'dead' && (found.status === 'queued' || found.status === 'running')) {
    found.status = 'failed';
    found.failure ??= reason('stoppedRepeatedly');
  }
  if (is_given_up) found.status = before_rollback;
  return found;
}
