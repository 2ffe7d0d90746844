import type { LinkField } from '@pellucid/platform/records';

const first = (alias: string) =>
  `from opportunity_line l join product p on p.tenant_id = l.tenant_id and p.id = l.product_id
    where l.tenant_id = ${alias}.tenant_id and l.opportunity_id = ${alias}.id order by l.position, l.id limit 1`;

/**
 * The product of a deal's first line. Lines hold on to their products, so this field need not; what is set for it changes
 * the lines: see lines.participant.ts.
 */
export const firstProductLink: LinkField = {
  select: (alias, nameOf) => `(select json_build_object('id', p.id, 'name', ${nameOf('p')}) ${first(alias)})`,
  value: (alias) => `(select l.product_id ${first(alias)})`,
  write: () => [],
  holdsOn: false,
  linked: (_record, link) => ({
    table: 'opportunity_line',
    record: `${link}.opportunity_id`,
    target: `${link}.product_id`,
  }),
};
