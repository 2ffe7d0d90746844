import { averageTenant } from '../../../db/average-tenant.js';
import { field } from '../descriptor.js';
import { normOf } from '../field-values.js';
import type { LinkField } from '../storage/link-storage.js';

/** External ids of source `default`, in the side table external_id; unique among the undeleted records of an object. */
export function externalIdField(object: string) {
  const where = (alias: string) =>
    `x.tenant_id = ${alias}.tenant_id and x.object = '${object}' and x.record_id = ${alias}.id and x.source = 'default'`;
  const link: LinkField = {
    select: (alias) => `(select to_json(x.value) from external_id x where ${where(alias)})`,
    value: (alias) => `(select x.value from external_id x where ${where(alias)})`,
    norm: (alias) => `(select x.value_norm from external_id x where ${where(alias)})`,
    holding: (x, values) => ({
      join: `join external_id ${x} on ${x}.tenant_id = t.tenant_id and ${x}.record_id = t.id`,
      where: `${x}.object = '${object}' and ${x}.source = 'default' and ${x}.living and ${x}.value = any(${values}::text[])`,
      value: `${x}.value`,
    }),
    write(tenantId, _object, changes) {
      const gone = changes.filter((c) => c.before !== null && c.before !== undefined);
      const set = changes.filter((c) => c.after !== null && c.after !== undefined);
      return [
        ...(gone.length
          ? [
              {
                text: `delete from external_id where tenant_id = ${averageTenant('$1')} and object = $2 and source = 'default' and record_id = any($3::uuid[])`,
                values: [tenantId, object, gone.map((c) => c.id)],
              },
            ]
          : []),
        ...(set.length
          ? [
              {
                text: `insert into external_id (tenant_id, object, source, value, value_norm, record_id)
                       select $1, $2, 'default', v.value, v.norm, v.id
                         from unnest($3::uuid[], $4::text[], $5::text[]) as v(id, value, norm)`,
                values: [
                  tenantId,
                  object,
                  set.map((c) => c.id),
                  set.map((c) => c.after),
                  set.map((c) => normOf(c.after)),
                ],
              },
            ]
          : []),
      ];
    },
  };
  return field.text('externalId', 'External id', {
    link,
    help: 'The name of this record in another system.',
    maxLength: 200,
    isKey: true,
  });
}
