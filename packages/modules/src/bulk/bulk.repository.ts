import { Injectable } from '@nestjs/common';
import { type Statement, sql, type UnitOfWork } from '@pellucid/platform/db';
import { BULK_INLINE } from '@pellucid/platform/records';

/** The table `bulk_job_selection`: the records that a query selected when bulk work was requested. */
@Injectable()
export class BulkRepository {
  /**
   * Stores the records that a select of ids finds, one row per batch.
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
    return row!.total;
  }

  /** Returns the batch of a selection that starts at the row. */
  async selected(uow: UnitOfWork, id: string, firstRow: number): Promise<string[]> {
    const [row] = await uow.run<{ ids: string[] }>({
      text: 'select ids from bulk_job_selection where bulk_job_id = $1 and first_row = $2',
      values: [id, firstRow],
    });
    return row?.ids ?? [];
  }

  /** Deletes the selection of work that has ended. */
  async forget(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run(sql`delete from bulk_job_selection where bulk_job_id = ${id}`);
  }
}
