import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import type { RecordService, WriteInput, WriteMode } from '@pellucid/platform/records';
import { composeName } from '../opportunities.rules.js';

/** Objects whose names are part of the composed names of deals. */
export const NAMING = ['account', 'product'] as const;

/** A deal with a composed name, and what the name is composed of. */
export interface NamedDeal {
  id: string;
  account: string | null;
  product: string | null;
  account_id: string | null;
  product_id: string | null;
}

/**
 * Returns the statement that finds the deals whose composed name contains that of one of the records, by id.
 * @param after only deals with a greater id
 */
export function dealsNamedAfter(
  object: string,
  ids: string[],
  after: string | null,
  limit: number,
): Statement {
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
            where o.name_composed and o.deleted_at is null and ${which} and ($2::uuid is null or o.id > $2)
            order by o.id limit $3`,
    values: [ids, after, limit],
  };
}

/** Composes the names of deals anew. Deals whose name is right already are left alone. */
export async function composeNames(
  records: RecordService,
  uow: UnitOfWork,
  deals: NamedDeal[],
  mode: WriteMode = 'normal',
): Promise<void> {
  const inputs = deals.map(({ id, account, product }): WriteInput => {
    const name = composeName(account ?? undefined, product ?? undefined);
    return { id, values: {}, derived: { by: 'opportunities', values: { name, nameComposed: true } } };
  });
  if (inputs.length)
    await records.writer.write('opportunity', 'update', inputs, {
      uow,
      asks: 'product',
      atomic: true,
      mode,
      verb: 'renamed',
    });
}
