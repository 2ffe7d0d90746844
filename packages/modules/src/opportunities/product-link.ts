import { type LinkField, newId } from '@pellucid/platform/records';

const first = (alias: string) =>
  `from opportunity_line l join product p on p.tenant_id = l.tenant_id and p.id = l.product_id
    where l.tenant_id = ${alias}.tenant_id and l.opportunity_id = ${alias}.id order by l.position limit 1`;

/**
 * The product of a deal's first line. Setting it changes that line, or creates one with quantity 1 and without a price.
 */
export const firstProductLink: LinkField = {
  select: (alias, nameOf) => `(select json_build_object('id', p.id, 'name', ${nameOf('p')}) ${first(alias)})`,
  value: (alias) => `(select l.product_id ${first(alias)})`,
  write(tenantId, _object, changes) {
    const gone = changes.filter((c) => !c.after);
    const made = changes.filter((c) => c.after && !c.before);
    const moved = changes.filter((c) => c.after && c.before);
    const isFirst = (line: string) =>
      `${line}.position = (select min(f.position) from opportunity_line f where f.opportunity_id = ${line}.opportunity_id)`;
    return [
      ...(gone.length
        ? [
            {
              text: `delete from opportunity_line l where l.tenant_id = $1 and l.opportunity_id = any($2::uuid[]) and ${isFirst('l')}`,
              values: [tenantId, gone.map((c) => c.id)],
            },
          ]
        : []),
      ...(moved.length
        ? [
            {
              text: `update opportunity_line l set product_id = v.product, unit_price = null, amount = null
                       from unnest($2::uuid[], $3::uuid[]) as v(opportunity, product)
                      where l.tenant_id = $1 and l.opportunity_id = v.opportunity and ${isFirst('l')}`,
              values: [tenantId, moved.map((c) => c.id), moved.map((c) => c.after)],
            },
          ]
        : []),
      ...(made.length
        ? [
            {
              text: `insert into opportunity_line (tenant_id, id, opportunity_id, product_id, position, quantity)
                     select $1, v.id, v.opportunity, v.product, 0, 10000
                       from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as v(id, opportunity, product)`,
              values: [tenantId, made.map(() => newId()), made.map((c) => c.id), made.map((c) => c.after)],
            },
          ]
        : []),
    ];
  },
  holdsOn: true,
  linked: (_record, link) => ({
    table: 'opportunity_line',
    record: `${link}.opportunity_id`,
    target: `${link}.product_id`,
  }),
  // A deal may also have lines of other products, and several of the same one: the field shows only the first line.
  unlink: (tenantId, deals, targets) => ({
    text: `with gone as (
             delete from opportunity_line where tenant_id = $1 and opportunity_id = any($2::uuid[]) and product_id = any($3::uuid[])
             returning *)
           select opportunity_id as id, json_agg(to_json(gone)) as kept from gone group by opportunity_id`,
    values: [tenantId, deals, targets],
  }),
  relink: (tenantId, kept) => ({
    text: `insert into opportunity_line select l.* from json_populate_recordset(null::opportunity_line, $2::json) l
            where l.tenant_id = $1 on conflict do nothing`,
    values: [tenantId, JSON.stringify(kept.flat())],
  }),
};
