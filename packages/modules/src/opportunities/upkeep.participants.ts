import type { RecordService, WriteInput, WriteParticipant } from '@pellucid/platform/records';
import { composeName } from './opportunities.rules.js';

/** Updates composed names when the account or product they are composed from is renamed. */
export function renameParticipant(records: RecordService): WriteParticipant {
  const name = 'opportunities.rename';
  return {
    name,
    objects: ['account', 'product'],
    phase: 'effects',
    order: 850,
    related(batch) {
      const renamed = batch.operation === 'update' ? batch.rows.filter((r) => r.changed('name')) : [];
      const ids = renamed.map((r) => r.id);
      return ids.length ? [dealsNamedAfter(batch.descriptor.key, ids)] : [];
    },
    async run(batch) {
      const [deals = []] = batch.related.get(name) ?? [];
      const names = new Map(
        batch.rows.filter((r) => r.ok && r.changed('name')).map((r) => [r.id, String(r.after['name'] ?? '')]),
      );
      const inputs = deals.flatMap((d: any): WriteInput[] => {
        const [account, product] = [names.get(d.account_id), names.get(d.product_id)];
        const [isAccount, renamed] = [batch.descriptor.key === 'account', account ?? product];
        if (renamed === undefined) return [];
        const composed = isAccount ? composeName(account, d.product) : composeName(d.account, product);
        const values = { name: composed, nameComposed: true };
        return [{ id: d.id, values: {}, derived: { by: 'opportunities', values } }];
      });
      if (inputs.length)
        await records.writer.write('opportunity', 'update', inputs, {
          uow: batch.uow,
          asks: 'product',
          atomic: true,
          mode: batch.mode,
          verb: 'renamed',
        });
    },
  };
}

/** Returns the statement that finds the deals whose composed name contains that of one of the records. */
function dealsNamedAfter(object: string, ids: string[]) {
  const which =
    object === 'account'
      ? 'o.account_id = any($1::uuid[])'
      : `o.id in (select opportunity_id from opportunity_line where product_id = any($1::uuid[]))
                  and l.product_id = any($1::uuid[])`;
  return {
    text: `select o.id, a.name as account, p.name as product, o.account_id, l.product_id
             from opportunity o
             left join account a on a.tenant_id = o.tenant_id and a.id = o.account_id
             left join lateral (select product_id from opportunity_line f
                                 where f.tenant_id = o.tenant_id and f.opportunity_id = o.id order by f.position limit 1) l on true
             left join product p on p.tenant_id = o.tenant_id and p.id = l.product_id
            where o.name_composed and o.deleted_at is null and ${which}
            order by o.id`,
    values: [ids],
  };
}

/**
 * A stage with deals keeps its category: otherwise won deals would become open, or open ones closed, without anybody
 * saying so.
 */
export const stageInUseParticipant: WriteParticipant = {
  name: 'opportunities.stage-in-use',
  objects: ['stage'],
  phase: 'checks',
  order: 900,
  related(batch) {
    const rows = batch.operation === 'update' ? batch.rows.filter((r) => r.changed('category')) : [];
    if (!rows.length) return [];
    return [
      {
        text: `select s.id from unnest($1::uuid[]) as s(id)
                where exists (select 1 from opportunity o where o.stage_id = s.id and o.deleted_at is null)`,
        values: [rows.map((r) => r.id)],
      },
    ];
  },
  run(batch) {
    const [used = []] = batch.related.get('opportunities.stage-in-use') ?? [];
    for (const row of batch.rows)
      if (row.ok && row.changed('category') && used.some((u: any) => u.id === row.id))
        row.refuse(
          'category',
          'stageInUse',
          'This stage contains opportunities. Move them to another stage before you change its category.',
        );
  },
};
