import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { ROLLBACK_GIVEN_UP } from '../imports.repository.js';
import type { NewOption } from '../engine/added-options.js';

/** What rollbacks store in `import_run`. */
@Injectable()
export class ImportRollbackRepository {
  /**
   * Marks an ended import as being rolled back by a bulk job.
   * @returns whether it did: only one rollback runs, and none again once the import is rolled back
   */
  async begin(uow: UnitOfWork, id: string, rollbackId: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update import_run i set status = 'rolling_back',
                rollback = jsonb_build_object('id', $3::text, 'status', case when i.status = 'rolling_back' then i.rollback ->> 'status' else i.status end)
              where tenant_id = $1 and id = $2 and not is_preview
                and (status in ('completed', 'failed', 'cancelled') or ${ROLLBACK_GIVEN_UP}) returning id`,
      values: [uow.tenantId, id, rollbackId],
    });
    return rows.length > 0;
  }

  /** Ends the rollback. */
  async end(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run({
      text: `update import_run set status = 'rolled_back' where tenant_id = $1 and id = $2 and status = 'rolling_back'`,
      values: [uow.tenantId, id],
    });
  }

  /** After a rollback was stopped, the import is as it was, so that the rest can be rolled back. */
  async stop(uow: UnitOfWork, rollbackId: string): Promise<void> {
    await uow.run({
      text: `update import_run set status = rollback ->> 'status'
              where tenant_id = $1 and status = 'rolling_back' and rollback ->> 'id' = $2`,
      values: [uow.tenantId, rollbackId],
    });
  }

  /** Returns the options that the import added. */
  async addedOptions(uow: UnitOfWork, id: string): Promise<{ object: string; options: NewOption[] }> {
    const [row] = await uow.run<{ object: string; options: NewOption[] }>({
      text: 'select object, added_options as options from import_run where tenant_id = $1 and id = $2',
      values: [uow.tenantId, id],
    });
    return row!;
  }
}
