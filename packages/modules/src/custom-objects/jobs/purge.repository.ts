import { Injectable } from '@nestjs/common';
import { averageTenant, sql, type UnitOfWork } from '@pellucid/platform/db';

/**
 * Tables with rows about a record of any object, in the columns `object` and `record_id`. Without the secrets of its records, nobody
 * can read the personal values in the log any more.
 */
const ABOUT_RECORDS = [
  'record_share',
  'record_tag',
  'external_id',
  'record_secret',
  'masking_token',
  'search_document',
  'deletion_effect',
  'match_key',
  'record_follow',
] as const;

/** Tables with rows about an object, in the column `object`. */
const ABOUT_OBJECTS = [
  ...ABOUT_RECORDS,
  'merge_effect',
  'search_class',
  'masking_rule',
  'field_protection',
  'field_option',
  'saved_view',
  'layout',
  'import_template',
  'record_template',
] as const;

/** Removes what belongs to a deleted object. */
@Injectable()
export class PurgeRepository {
  /** Removes records of the object, and what is stored about them. @returns how many records */
  async records(uow: UnitOfWork, object: { name: string; number: number }, limit: number): Promise<number> {
    const found = await uow.run<{ id: string }>(sql`select id from custom_record
      where tenant_id = ${uow.tenantId} and object_number = ${object.number} limit ${limit} for update`);
    const ids = found.map(({ id }) => id);
    if (!ids.length) return 0;
    const values = [uow.tenantId, object.name, ids];
    await uow.together([
      ...ABOUT_RECORDS.map((table) => ({
        text: `delete from ${table} where tenant_id = ${averageTenant('$1')} and object = $2 and record_id = any($3::uuid[])`,
        values,
      })),
      {
        text: `delete from record_link where tenant_id = ${averageTenant('$1')} and from_object = $2 and from_id = any($3::uuid[])`,
        values,
      },
      {
        text: `delete from record_link where tenant_id = ${averageTenant('$1')} and to_object = $2 and to_id = any($3::uuid[])`,
        values,
      },
      {
        text: `delete from record_redirect where tenant_id = ${averageTenant('$1')} and object = $2 and to_id = any($3::uuid[])`,
        values,
      },
      sql`delete from custom_index where tenant_id = (select ${uow.tenantId}::uuid) and record_id = any(${ids}::uuid[])`,
      sql`delete from custom_record where tenant_id = (select ${uow.tenantId}::uuid) and id = any(${ids}::uuid[])`,
    ]);
    return ids.length;
  }

  /** Removes the object from roles, and what is stored about it: rules, options, views, layouts, templates of imports. */
  async mentions(uow: UnitOfWork, object: string): Promise<void> {
    const without = (list: string) =>
      `coalesce((select jsonb_agg(e) from jsonb_array_elements(${list}) e where e->>'object' <> $2), '[]')`;
    await uow.together([
      {
        text: `update role set permissions = ${without('permissions')}, fields = ${without('fields')},
                 removed = removed || jsonb_strip_nulls(jsonb_build_object(
                   'permissions', case when removed ? 'permissions' then ${without("removed->'permissions'")} end,
                   'fields', case when removed ? 'fields' then ${without("removed->'fields'")} end)),
                 version = version + 1, updated_at = now()
               where tenant_id = $1 and (permissions || fields || coalesce(removed->'permissions', '[]') || coalesce(removed->'fields', '[]'))
                 @> jsonb_build_array(jsonb_build_object('object', $2::text))`,
        values: [uow.tenantId, object],
      },
      // A rule that compares other objects too goes on without this one.
      {
        text: `update duplicate_rule set objects = array_remove(objects, $2), version = version + 1, updated_at = now(),
                 conditions = (select coalesce(jsonb_agg(jsonb_set(e, '{fields}', (e->'fields') - $2) order by n), '[]')
                   from jsonb_array_elements(conditions) with ordinality c(e, n))
               where tenant_id = $1 and $2 = any(objects)`,
        values: [uow.tenantId, object],
      },
      {
        text: `delete from duplicate_rule where tenant_id = $1 and objects = '{}'`,
        values: [uow.tenantId],
      },
      ...['saved_view_grantee', 'saved_view_pin', 'saved_view_default'].map((table) => ({
        text: `delete from ${table} a using saved_view v
                where a.tenant_id = ${averageTenant('$1')} and v.tenant_id = a.tenant_id and v.id = a.view_id and v.object = $2`,
        values: [uow.tenantId, object],
      })),
      {
        text: `delete from duplicate_pair_rule a using duplicate_pair p
                where a.tenant_id = ${averageTenant('$1')} and p.tenant_id = a.tenant_id and p.id = a.pair_id and $2 in (p.object_a, p.object_b)`,
        values: [uow.tenantId, object],
      },
      {
        text: `delete from duplicate_pair where tenant_id = ${averageTenant('$1')} and $2 in (object_a, object_b)`,
        values: [uow.tenantId, object],
      },
      {
        text: `delete from deletion_effect where tenant_id = ${averageTenant('$1')} and root_object = $2`,
        values: [uow.tenantId, object],
      },
      ...ABOUT_OBJECTS.map((table) => ({
        text: `delete from ${table} where tenant_id = ${averageTenant('$1')} and object = $2`,
        values: [uow.tenantId, object],
      })),
    ]);
  }
}
