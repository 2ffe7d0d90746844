import { Inject, Injectable } from '@nestjs/common';
import type { CustomObjectSettings } from '@pellucid/platform/access';
import type { LoadedRecord, ReadPlan } from '@pellucid/platform/records';
import { PlatformPool, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { DefinitionRow } from './definitions/definition.types.js';

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const OBJECT = `select o.id, o.name, o.plural, o.number, o.label, o.plural_label as "pluralLabel", o.settings, o.version,
    ${time('o.created_at')} as "createdAt", ${time('o.updated_at')} as "updatedAt", ${time('o.deleted_at')} as "deletedAt",
    ${time('o.purged_at')} as "purgedAt" from custom_object o`;

/** The table `custom_object`. Whoever changes it holds the company's row, so definitions change one after the other. */
@Injectable()
export class CustomObjectsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** Returns objects in the order in which they were made. @param isDeleted deleted ones that can be restored, instead of present ones */
  async all(isDeleted: boolean): Promise<DefinitionRow[]> {
    const { rows } = await this.pool.query({
      text: `${OBJECT} where (o.deleted_at is not null) = $1 and o.purged_at is null order by o.number`,
      values: [isDeleted],
    });
    return rows;
  }

  /** Returns one object that isn't purged. */
  async find(id: string): Promise<DefinitionRow | undefined> {
    const { rows } = await this.pool.query({
      text: `${OBJECT} where o.id = $1 and o.purged_at is null`,
      values: [id],
    });
    return rows[0];
  }

  /** Returns every object that the company has or had, in the unit of work. */
  ever(uow: UnitOfWork): Promise<DefinitionRow[]> {
    return uow.run<DefinitionRow>({ text: `${OBJECT} order by o.number` });
  }

  async insert(
    uow: UnitOfWork,
    object: Pick<DefinitionRow, 'id' | 'name' | 'plural' | 'number' | 'label' | 'pluralLabel' | 'settings'>,
  ): Promise<void> {
    await uow.run(sql`insert into custom_object (tenant_id, id, name, plural, number, label, plural_label, settings)
      values (${uow.tenantId}, ${object.id}, ${object.name}, ${object.plural}, ${object.number}, ${object.label},
              ${object.pluralLabel}, ${JSON.stringify(object.settings)}::jsonb)`);
  }

  /** Saves names and settings. */
  async update(
    uow: UnitOfWork,
    id: string,
    {
      plural,
      label,
      pluralLabel,
      settings,
    }: { plural: string; label: string; pluralLabel: string; settings: CustomObjectSettings },
  ): Promise<void> {
    await uow.run(sql`update custom_object set plural = ${plural}, label = ${label}, plural_label = ${pluralLabel},
      settings = ${JSON.stringify(settings)}::jsonb, version = version + 1, updated_at = now() where id = ${id}`);
  }

  /** Marks the object as deleted, or no longer so. */
  async setDeleted(uow: UnitOfWork, id: string, isDeleted: boolean): Promise<void> {
    await uow.run(sql`update custom_object set deleted_at = case when ${isDeleted} then now() end,
      version = version + 1, updated_at = now() where id = ${id}`);
  }

  /** Marks the object as purged. */
  async setPurged(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run(sql`update custom_object set purged_at = now(), updated_at = now() where id = ${id}`);
  }

  /** Counts the records of an object that aren't deleted, up to a number. */
  async countRecords(uow: UnitOfWork, number: number, most: number): Promise<number> {
    const [row] = await uow.run<{ count: number }>(sql`select count(*)::int as count from (
      select from custom_record where tenant_id = ${uow.tenantId} and object_number = ${number} and deleted_at is null
       limit ${most}) few`);
    return row!.count;
  }

  /** Counts the records of each object that aren't deleted, up to a number. */
  async counts(numbers: number[], most: number): Promise<Map<number, number>> {
    const { rows } = await this.pool.query({
      text: `select n.number, (select count(*)::int from (select from custom_record r
                where r.tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)
                  and r.object_number = n.number and r.deleted_at is null limit $2) few) as count
               from unnest($1::smallint[]) as n(number)`,
      values: [numbers, most],
    });
    return new Map(rows.map(({ number, count }: { number: number; count: number }) => [number, count]));
  }

  /** Returns the next records of an object in the order of their ids, deleted ones included, and locks them. */
  async records(
    uow: UnitOfWork,
    plan: ReadPlan,
    after: string | null,
    limit: number,
  ): Promise<LoadedRecord[]> {
    const parts = plan.parts();
    const where = [`t.tenant_id = ${parts.param(uow.tenantId)}::uuid`];
    if (after !== null) where.push(`t.id > ${parts.param(after)}::uuid`);
    const rows = await uow.run<any>({
      ...parts.statement(`select ${plan.select} from ${plan.from} where ${where.join(' and ')}
              order by t.id limit ${limit} for no key update of t`),
      rowMode: 'array',
    });
    return rows.map((row) => plan.load(row));
  }

  /** Gives records that have only a composed name the same name in their own field. */
  async keepNames(uow: UnitOfWork, number: number): Promise<void> {
    await uow.run(sql`update custom_record set name = left(display_name, 255), name_norm = left(display_norm, 255)
      where tenant_id = ${uow.tenantId} and object_number = ${number} and name is null`);
  }

  /** Returns the objects of all companies whose name or path is one of these words, as far as they aren't purged. */
  async calledBy(words: string[]): Promise<{ tenantId: string; id: string; name: string; plural: string }[]> {
    const { rows } = await this.platform.query<{
      tenantId: string;
      id: string;
      name: string;
      plural: string;
    }>(
      `select tenant_id as "tenantId", id, name, plural from custom_object
        where purged_at is null and (lower(name) = any($1) or lower(plural) = any($1)) order by tenant_id, number`,
      [words],
    );
    return rows;
  }

  /** Returns the objects, of all companies, that were deleted more than so many days ago and have no job to purge them. */
  async due(job: string, days: number): Promise<{ tenantId: string; id: string }[]> {
    const { rows } = await this.platform.query<{ tenantId: string; id: string }>(
      `select o.tenant_id as "tenantId", o.id from custom_object o
        where o.deleted_at < now() - $2 * interval '1 day' and o.purged_at is null
          and not exists (select 1 from job j where j.tenant_id = o.tenant_id and j.name = $1 and j.state in ('pending', 'running'))
        order by o.tenant_id, o.number`,
      [job, days],
    );
    return rows;
  }
}
