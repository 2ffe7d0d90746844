import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { FieldDescriptor, LoadedRecord, ReadPlan, RecordDescriptor } from '@pellucid/platform/records';

/** A value that several records have. */
export interface RepeatedValue {
  /** Ids of some of the records. */
  ids: string[];
}

/** Values of custom fields in the tables of records. */
@Injectable()
export class FieldValuesRepository {
  /** Returns the next records by id, deleted ones too, locked until the unit of work ends. */
  next(uow: UnitOfWork, plan: ReadPlan, after: string | null, limit: number): Promise<LoadedRecord[]> {
    return this.page(uow, plan, after, `limit ${limit} for no key update of t`);
  }

  /** Returns the next records by id that are not deleted. */
  living(uow: UnitOfWork, plan: ReadPlan, after: string | null, limit: number): Promise<LoadedRecord[]> {
    return this.page(uow, plan, after, `limit ${limit}`, 't.deleted_at is null');
  }

  /** Returns the number of records, deleted ones too. */
  async count(uow: UnitOfWork, { source }: RecordDescriptor): Promise<number> {
    const [row] = await uow.run<{ count: number }>({
      text: `select count(*)::int as count from ${source} t where t.tenant_id = $1`,
      values: [uow.tenantId],
    });
    return row!.count;
  }

  private async page(
    uow: UnitOfWork,
    plan: ReadPlan,
    after: string | null,
    end: string,
    more?: string,
  ): Promise<LoadedRecord[]> {
    const parts = plan.parts();
    const where = [`t.tenant_id = ${parts.param(uow.tenantId)}::uuid`, ...(more ? [more] : [])];
    if (after !== null) where.push(`t.id > ${parts.param(after)}::uuid`);
    const rows = await uow.run<any>({
      ...parts.statement(
        `select ${plan.select} from ${plan.from} where ${where.join(' and ')} order by t.id ${end}`,
      ),
      rowMode: 'array',
    });
    return rows.map((row) => plan.load(row));
  }

  /** Returns the ids of the next records, deleted ones too, locked until the unit of work ends. */
  async nextIds(
    uow: UnitOfWork,
    { source }: RecordDescriptor,
    after: string | null,
    limit: number,
  ): Promise<string[]> {
    const rows = await uow.run<{ id: string }>({
      text: `select t.id from ${source} t where t.tenant_id = $1 and ($2::uuid is null or t.id > $2)
              order by t.id limit ${limit} for no key update of t`,
      values: [uow.tenantId, after],
    });
    return rows.map(({ id }) => id);
  }

  /** Returns values that several records have, as far as they are not deleted. @param limit how many */
  async repeated(
    uow: UnitOfWork,
    { source }: RecordDescriptor,
    f: FieldDescriptor,
    limit: number,
  ): Promise<RepeatedValue[]> {
    const value = f.storage.norm?.('t') ?? f.storage.value('t');
    return uow.run<RepeatedValue>({
      text: `select (array_agg(t.id::text order by t.id))[1:5] as ids from ${source} t
              where t.tenant_id = $1 and t.deleted_at is null and ${value} is not null
              group by ${value} having count(*) > 1 order by 1 limit ${limit}`,
      values: [uow.tenantId],
    });
  }
}
