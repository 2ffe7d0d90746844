import { Inject, Injectable } from '@nestjs/common';
import type { CustomFieldSettings } from '@pellucid/platform/access';
import { sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { settingsStored } from './definitions/definition-form.rules.js';
import type { DefinitionRow, FieldContent } from './definitions/definition.types.js';

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const FIELD = `select f.id, f.object, f.name, f.label, f.type, f.slot, f.settings, f.position, f.version,
    f.is_indexing as "isIndexing", f.conversion, f.purged_at is not null as "isPurged",
    ${time('f.created_at')} as "createdAt", ${time('f.updated_at')} as "updatedAt", ${time('f.deleted_at')} as "deletedAt"
  from custom_field f`;

/** The table `custom_field`. Whoever changes it holds the company's row, so definitions change one after the other. */
@Injectable()
export class CustomFieldsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns fields in the order of forms.
   * @param filter.object only of this object
   * @param filter.isDeleted deleted ones that can be restored, instead of present ones
   */
  async all(filter: { object?: string | undefined; isDeleted: boolean }): Promise<DefinitionRow[]> {
    const { rows } = await this.pool.query({
      text: `${FIELD} where ($1::text is null or f.object = $1) and (f.deleted_at is not null) = $2 and f.purged_at is null
              order by f.object, f.position, f.id`,
      values: [filter.object ?? null, filter.isDeleted],
    });
    return rows;
  }

  /** Returns one field, deleted or not. */
  async find(id: string): Promise<DefinitionRow | undefined> {
    const { rows } = await this.pool.query({ text: `${FIELD} where f.id = $1`, values: [id] });
    return rows[0];
  }

  /** Returns one field, deleted or not, in the unit of work. */
  async held(uow: UnitOfWork, id: string): Promise<DefinitionRow | undefined> {
    const [row] = await uow.run<DefinitionRow>({ text: `${FIELD} where f.id = $1`, values: [id] });
    return row;
  }

  /** Returns every field that an object has or had. */
  ofObject(uow: UnitOfWork, object: string): Promise<DefinitionRow[]> {
    return uow.run<DefinitionRow>({
      text: `${FIELD} where f.object = $1 order by f.position, f.id`,
      values: [object],
    });
  }

  async insert(
    uow: UnitOfWork,
    field: Pick<
      DefinitionRow,
      'id' | 'object' | 'name' | 'label' | 'type' | 'slot' | 'settings' | 'position'
    >,
  ): Promise<void> {
    await uow.run(sql`insert into custom_field (tenant_id, id, object, name, label, type, slot, settings, position)
      values (${uow.tenantId}, ${field.id}, ${field.object}, ${field.name}, ${field.label}, ${field.type},
              ${field.slot}, ${JSON.stringify(field.settings)}::jsonb, ${field.position})`);
  }

  /** Saves label and settings. */
  async update(
    uow: UnitOfWork,
    id: string,
    { label, settings }: { label: string; settings: CustomFieldSettings },
  ): Promise<void> {
    await uow.run(sql`update custom_field set label = ${label}, settings = ${JSON.stringify(settings)}::jsonb,
      version = version + 1, updated_at = now() where id = ${id}`);
  }

  /** Marks the field as deleted, or no longer so. */
  async setDeleted(uow: UnitOfWork, id: string, isDeleted: boolean): Promise<void> {
    await uow.run(sql`update custom_field set deleted_at = case when ${isDeleted} then now() end,
      version = version + 1, updated_at = now() where id = ${id}`);
  }

  /** Says whether copies of the field's values are still being made. */
  async setIndexing(uow: UnitOfWork, id: string, isIndexing: boolean): Promise<void> {
    await uow.run(sql`update custom_field set is_indexing = ${isIndexing} where id = ${id}`);
  }

  /** Returns a slot that no field of the object has or had. */
  async newSlot(uow: UnitOfWork, object: string): Promise<number> {
    const [row] = await uow.run<{ slot: number }>(sql`
      select coalesce(max(greatest(slot, (conversion->>'slot')::int, (select max(s) from unnest(spent_slots) s))), -1) + 1 as slot
        from custom_field where object = ${object}`);
    return row!.slot;
  }

  /** Notes that values are being converted, so that nobody can change them. */
  async beginConversion(
    uow: UnitOfWork,
    id: string,
    to: NonNullable<DefinitionRow['conversion']>,
  ): Promise<void> {
    await uow.run(sql`update custom_field set conversion = ${JSON.stringify(to)}::jsonb, version = version + 1,
      updated_at = now() where id = ${id}`);
  }

  /** Notes that a bulk job no longer converts values; the field keeps its type. */
  async endConversion(uow: UnitOfWork, job: string): Promise<void> {
    await uow.run(sql`update custom_field set spent_slots = spent_slots || (conversion->>'slot')::int, conversion = null,
      version = version + 1, updated_at = now() where conversion->>'job' = ${job}`);
  }

  /** Gives the field the type that its values were converted to. */
  async convert(
    uow: UnitOfWork,
    { id, slot: earlier }: DefinitionRow,
    content: FieldContent,
    slot: number,
  ): Promise<void> {
    await uow.run(sql`update custom_field set type = ${content.type}, slot = ${slot},
      settings = ${JSON.stringify(settingsStored(content))}::jsonb, spent_slots = spent_slots || ${earlier}::int,
      conversion = null, version = version + 1, updated_at = now() where id = ${id}`);
  }

  /** Notes that the values of a deleted field are gone. */
  async setPurged(uow: UnitOfWork, id: string): Promise<void> {
    await uow.run(
      sql`update custom_field set purged_at = now(), version = version + 1, updated_at = now() where id = ${id}`,
    );
  }

  /** Puts the fields in an order. Their versions stay, since their content does. */
  async order(uow: UnitOfWork, ids: string[]): Promise<void> {
    await uow.run(sql`update custom_field f set position = o.position, updated_at = now()
      from unnest(${ids}::uuid[]) with ordinality as o(id, position)
      where f.id = o.id and f.position is distinct from o.position`);
  }
}
