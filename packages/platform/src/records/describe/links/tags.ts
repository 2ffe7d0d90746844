import { type FieldDescriptor, field } from '../descriptor.js';
import type { LinkField } from '../storage/link-storage.js';

/** Tags of any record, in the link table record_tag. */
export function tagsField(object: string): FieldDescriptor {
  const link: LinkField = {
    select: (alias, nameOf) =>
      `(select json_agg(json_build_object('id', g.id, 'name', ${nameOf('g')}) order by g.name_norm) from record_tag rt
          join tag g on g.tenant_id = rt.tenant_id and g.id = rt.tag_id and g.deleted_at is null
         where rt.tenant_id = ${alias}.tenant_id and rt.object = '${object}' and rt.record_id = ${alias}.id)`,
    value: (alias) =>
      `array(select rt.tag_id::text from record_tag rt
          join tag g on g.tenant_id = rt.tenant_id and g.id = rt.tag_id and g.deleted_at is null
         where rt.tenant_id = ${alias}.tenant_id and rt.object = '${object}' and rt.record_id = ${alias}.id)`,
    write(tenantId, _object, changes) {
      const pairs = (pick: (before: string[], after: string[]) => string[]) =>
        changes.flatMap((c) =>
          pick((c.before as string[]) ?? [], (c.after as string[]) ?? []).map((tag) => [c.id, tag] as const),
        );
      const removed = pairs((before, after) => before.filter((t) => !after.includes(t)));
      const added = pairs((before, after) => after.filter((t) => !before.includes(t)));
      return [
        ...(removed.length
          ? [
              {
                text: `delete from record_tag t using unnest($3::uuid[], $4::uuid[]) as v(record_id, tag_id)
                        where t.tenant_id = $1 and t.object = $2 and t.record_id = v.record_id and t.tag_id = v.tag_id`,
                values: [tenantId, object, removed.map((p) => p[0]), removed.map((p) => p[1])],
              },
            ]
          : []),
        ...(added.length
          ? [
              {
                text: `insert into record_tag (tenant_id, object, record_id, tag_id)
                       select $1, $2, v.record_id, v.tag_id from unnest($3::uuid[], $4::uuid[]) as v(record_id, tag_id)
                       on conflict do nothing`,
                values: [tenantId, object, added.map((p) => p[0]), added.map((p) => p[1])],
              },
            ]
          : []),
      ];
    },
  };
  return field.references('tags', 'Tags', 'tag', link);
}
