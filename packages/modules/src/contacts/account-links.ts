import { averageTenant } from '@pellucid/platform/db';
import {
  changedPairs,
  type LinkField,
  type OneObjectLinks,
  linksOf,
  manyToMany,
  normOf,
} from '@pellucid/platform/records';

/*
 * The fields of a contact that are stored in account_contact. They are written in the order of the description:
 * `account` (puts a link first), `accounts` (adds and removes links), `role`, `primaryOf`. The participant keeps their
 * values consistent, so that each write finds the links it needs. Links to deleted accounts stay, hidden, so that they
 * can be restored.
 */

const LINKS: OneObjectLinks = {
  table: 'account_contact',
  own: 'contact_id',
  target: 'account_id',
  targetTable: 'account',
  order: 'l.position, l.account_id',
  more: {
    linked_at: 'clock_timestamp()',
    position:
      'coalesce((select max(position) from account_contact ac where ac.contact_id = v.own), -1) + v.nth::int',
  },
  // An account has one primary contact: that of the account that stays keeps its place.
  whenMoved: { is_primary: 'false' },
  holdsOn: true,
};
const living = (alias: string) => linksOf(LINKS, alias);
const first = `order by ${LINKS.order} limit 1`;

/** The contact's first link. */
export const firstAccountLink: LinkField = {
  select: (alias, nameOf) =>
    `(select json_build_object('id', g.id, 'name', ${nameOf('g')}) ${living(alias)} ${first})`,
  value: (alias) => `(select g.id ${living(alias)} ${first})`,
  write(tenantId, _object, changes) {
    const set = changes.filter((c) => c.after);
    if (!set.length) return [];
    return [
      {
        text: `insert into account_contact (tenant_id, contact_id, account_id, linked_at, position)
               select $1, v.contact, v.account, clock_timestamp(),
                      coalesce((select min(position) from account_contact ac where ac.contact_id = v.contact), 1) - 1
                 from unnest($2::uuid[], $3::uuid[]) as v(contact, account)
               on conflict (tenant_id, account_id, contact_id) do update set position = excluded.position`,
        values: [tenantId, set.map((c) => c.id), set.map((c) => c.after)],
      },
    ];
  },
};

/** All links. Accounts use it to find the contacts that refer to them. */
export const accountsLink = manyToMany(LINKS);

/** Role at the first account. */
export const roleLink: LinkField = {
  select: (alias) => `(select to_json(l.role) ${living(alias)} ${first})`,
  value: (alias) => `(select l.role ${living(alias)} ${first})`,
  norm: (alias) => `(select l.role_norm ${living(alias)} ${first})`,
  write: (tenantId, _object, changes) => [
    {
      text: `update account_contact ac set role = v.role, role_norm = v.norm
               from unnest($2::uuid[], $3::text[], $4::text[]) as v(contact, role, norm)
              where ac.tenant_id = ${averageTenant('$1')} and ac.contact_id = v.contact and ac.account_id =
                    (select f.account_id from account_contact f
                       join account a on a.tenant_id = f.tenant_id and a.id = f.account_id and a.deleted_at is null
                      where f.contact_id = v.contact order by f.position, f.account_id limit 1)`,
      values: [
        tenantId,
        changes.map((c) => c.id),
        changes.map((c) => c.after),
        changes.map((c) => normOf(c.after)),
      ],
    },
  ],
};

/** Accounts whose primary contact this is. The former primary contact loses that role: there is one per account. */
export const primaryOfLink: LinkField = {
  select: (alias, nameOf) =>
    `(select json_agg(json_build_object('id', g.id, 'name', ${nameOf('g')}) order by g.display_norm) ${living(alias)} and l.is_primary)`,
  value: (alias) => `array(select g.id::text ${living(alias)} and l.is_primary)`,
  write(tenantId, _object, changes) {
    const { added: won, removed: lost } = changedPairs(changes);
    return [
      ...(lost.own.length
        ? [
            {
              text: `update account_contact ac set is_primary = false from unnest($2::uuid[], $3::uuid[]) as v(contact, account)
                      where ac.tenant_id = ${averageTenant('$1')} and ac.contact_id = v.contact and ac.account_id = v.account and ac.is_primary`,
              values: [tenantId, lost.own, lost.target],
            },
          ]
        : []),
      ...(won.own.length
        ? [
            {
              text: `update account_contact set is_primary = false where tenant_id = ${averageTenant('$1')} and account_id = any($2::uuid[]) and is_primary`,
              values: [tenantId, won.target],
            },
            {
              text: `update account_contact ac set is_primary = true from unnest($2::uuid[], $3::uuid[]) as v(contact, account)
                      where ac.tenant_id = ${averageTenant('$1')} and ac.contact_id = v.contact and ac.account_id = v.account`,
              values: [tenantId, won.own, won.target],
            },
          ]
        : []),
    ];
  },
};
