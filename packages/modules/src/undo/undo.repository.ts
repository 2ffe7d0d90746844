import { Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { sql, type UnitOfWork } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import type { CauseSelector } from '@pellucid/platform/records';

/** Undone causes, the table `undo_run`. The undo of a large cause is a bulk job with the same id. */
@Injectable()
export class UndoRepository {
  /**
   * Notes what an undo undoes, and holds the cause until the transaction ends.
   * @throws ProblemError 409 while another undo of the same cause is under way
   */
  async begin(uow: UnitOfWork, id: string, cause: CauseSelector): Promise<void> {
    const target = targetOf(cause);
    const [row] = await uow.run<{ held: boolean; running: boolean }>({
      text: `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held,
               exists (select from undo_run u join bulk_job b on b.tenant_id = u.tenant_id and b.id = u.id
                         left join job j on j.tenant_id = b.tenant_id and j.id = b.job_id
                        where u.tenant_id = $2 and u.target = $3 and b.status in ('queued', 'running', 'paused')
                          and j.state is distinct from 'dead') as running`,
      values: [`undo ${uow.tenantId} ${target}`, uow.tenantId, target],
    });
    if (!row!.held || row!.running)
      throw conflict('undoInProgress', 'This is being undone already. Look at the result in a moment.');
    const { actor } = currentContext();
    await uow.run(sql`insert into undo_run (tenant_id, id, target, cause, actor_kind, actor_id)
      values (${uow.tenantId}, ${id}, ${target}, ${JSON.stringify(cause)}, ${actor.kind}, ${actor.id})`);
  }
}

/** Returns a cause as a key. */
function targetOf(cause: CauseSelector): string {
  if ('correlationId' in cause) return `correlation ${cause.correlationId}`;
  if ('cause' in cause) return `${cause.cause.kind} ${cause.cause.id}`;
  const { kind, id, from, to } = cause.actor;
  return `${kind} ${id} ${from} ${to}`;
}
