import type { RecordService, WriteParticipant } from '@pellucid/platform/records';
import { composeName } from './opportunities.rules.js';

/** Updates composed names when the account or product they are composed from is renamed. */
export function renameParticipant(records: RecordService): WriteParticipant {
  return {
    name: 'opportunities.rename',
    objects: ['account', 'product'],
    order: 850,
    async beforeSave(batch) {
      if (batch.operation !== 'update') return;
      const names = new Map(
        batch.rows.filter((r) => r.ok && r.changed('name')).map((r) => [r.id, String(r.after['name'] ?? '')]),
      );
      if (!names.size) return;
      const isAccount = batch.descriptor.key === 'account';
      const deals = await batch.uow.run({
        text: `select o.id, a.name as account, p.name as product, o.account_id, l.product_id
                 from opportunity o
                 left join account a on a.tenant_id = o.tenant_id and a.id = o.account_id
                 left join lateral (select product_id from opportunity_line f
                                     where f.tenant_id = o.tenant_id and f.opportunity_id = o.id order by f.position limit 1) l on true
                 left join product p on p.tenant_id = o.tenant_id and p.id = l.product_id
                where o.name_composed and o.deleted_at is null
                  and ${
                    isAccount
                      ? 'o.account_id = any($1::uuid[])'
                      : `o.id in (select opportunity_id from opportunity_line where product_id = any($1::uuid[]))
                  and l.product_id = any($1::uuid[])`
                  }
                order by o.id`,
        values: [[...names.keys()]],
      });
      const patches = deals.map((d: any) => ({
        id: d.id as string,
        changes: {
          name: composeName(
            isAccount ? names.get(d.account_id) : d.account,
            isAccount ? d.product : names.get(d.product_id),
          ),
          nameComposed: true,
        },
      }));
      if (patches.length)
        await records.update('opportunity', patches, {
          uow: batch.uow,
          system: true,
          atomic: true,
          mode: batch.mode,
          verb: 'renamed',
        });
    },
  };
}

/**
 * A stage with deals keeps its category: otherwise won deals would become open, or open ones closed, without anybody
 * saying so.
 */
export const stageInUseParticipant: WriteParticipant = {
  name: 'opportunities.stage-in-use',
  objects: ['stage'],
  order: 900,
  async beforeSave(batch) {
    const rows = batch.operation === 'update' ? batch.rows.filter((r) => r.ok && r.changed('category')) : [];
    if (!rows.length) return;
    const used = await batch.uow.run({
      text: `select s.id from unnest($1::uuid[]) as s(id)
              where exists (select 1 from opportunity o where o.stage_id = s.id and o.deleted_at is null)`,
      values: [rows.map((r) => r.id)],
    });
    for (const row of rows)
      if (used.some((u: any) => u.id === row.id))
        row.refuse(
          'category',
          'stageInUse',
          'This stage contains opportunities. Move them to another stage before you change its category.',
        );
  },
};
