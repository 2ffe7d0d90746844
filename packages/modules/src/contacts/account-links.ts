import type { ValueChange, LinkField } from '@pellucid/platform/records';
import { normOf } from '@pellucid/platform/records';

/*
 * The fields of a contact that are stored in account_contact. They are written in the order of the description:
 * `account` (puts a link first), `accounts` (adds and removes links), `role`, `primaryOf`. The participant keeps their
 * values consistent, so that each write finds the links it needs. Links to deleted accounts stay, hidden, so that they
 * can be restored.
 */

const living = (alias: string) =>
  `from account_contact ac join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
    where ac.tenant_id = ${alias}.tenant_id and ac.contact_id = ${alias}.id`;
const first = 'order by ac.position, ac.account_id limit 1';

const ids = (value: unknown) => (value ?? []) as string[];

/** Returns pairs of contact and account that a change of a list adds or removes. */
function pairs(changes: ValueChange[], pick: (before: string[], after: string[]) => string[]) {
  const found = changes.flatMap((c) =>
    pick(ids(c.before), ids(c.after)).map((account) => ({ contact: c.id, account })),
  );
  return {
    some: found.length > 0,
    contacts: found.map((p) => p.contact),
    accounts: found.map((p) => p.account),
  };
}
const added = (before: string[], after: string[]) => after.filter((a) => !before.includes(a));
const removed = (before: string[], after: string[]) => before.filter((a) => !after.includes(a));

/** The contact's first link. */
export const firstAccountLink: LinkField = {
  select: (alias, nameOf) =>
    `(select json_build_object('id', a.id, 'name', ${nameOf('a')}) ${living(alias)} ${first})`,
  value: (alias) => `(select a.id ${living(alias)} ${first})`,
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
export const accountsLink: LinkField = {
  select: (alias, nameOf) =>
    `(select json_agg(json_build_object('id', a.id, 'name', ${nameOf('a')}) order by ac.position, ac.account_id) ${living(alias)})`,
  value: (alias) => `array(select a.id::text ${living(alias)})`,
  write(tenantId, _object, changes) {
    const gone = pairs(changes, removed);
    const come = pairs(changes, added);
    return [
      ...(gone.some
        ? [
            {
              text: `delete from account_contact ac using unnest($2::uuid[], $3::uuid[]) as v(contact, account)
                      where ac.tenant_id = $1 and ac.contact_id = v.contact and ac.account_id = v.account`,
              values: [tenantId, gone.contacts, gone.accounts],
            },
          ]
        : []),
      ...(come.some
        ? [
            {
              text: `insert into account_contact (tenant_id, contact_id, account_id, linked_at, position)
                     select $1, v.contact, v.account, clock_timestamp(),
                            coalesce((select max(position) from account_contact ac where ac.contact_id = v.contact), -1) + v.nth::int
                       from unnest($2::uuid[], $3::uuid[]) with ordinality as v(contact, account, nth)
                     on conflict (tenant_id, account_id, contact_id) do nothing`,
              values: [tenantId, come.contacts, come.accounts],
            },
          ]
        : []),
    ];
  },
  referrers:
    'select ac.contact_id as id, ac.account_id as target from account_contact ac where ac.account_id = any($1::uuid[])',
};

/** Role at the first account. */
export const roleLink: LinkField = {
  select: (alias) => `(select to_json(ac.role) ${living(alias)} ${first})`,
  value: (alias) => `(select ac.role ${living(alias)} ${first})`,
  norm: (alias) => `(select ac.role_norm ${living(alias)} ${first})`,
  write: (tenantId, _object, changes) => [
    {
      text: `update account_contact ac set role = v.role, role_norm = v.norm
               from unnest($2::uuid[], $3::text[], $4::text[]) as v(contact, role, norm)
              where ac.tenant_id = $1 and ac.contact_id = v.contact and ac.account_id =
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
    `(select json_agg(json_build_object('id', a.id, 'name', ${nameOf('a')}) order by a.display_norm) ${living(alias)} and ac.is_primary)`,
  value: (alias) => `array(select a.id::text ${living(alias)} and ac.is_primary)`,
  write(tenantId, _object, changes) {
    const lost = pairs(changes, removed);
    const won = pairs(changes, added);
    return [
      ...(lost.some
        ? [
            {
              text: `update account_contact ac set is_primary = false from unnest($2::uuid[], $3::uuid[]) as v(contact, account)
                      where ac.tenant_id = $1 and ac.contact_id = v.contact and ac.account_id = v.account and ac.is_primary`,
              values: [tenantId, lost.contacts, lost.accounts],
            },
          ]
        : []),
      ...(won.some
        ? [
            {
              text: 'update account_contact set is_primary = false where tenant_id = $1 and account_id = any($2::uuid[]) and is_primary',
              values: [tenantId, won.accounts],
            },
            {
              text: `update account_contact ac set is_primary = true from unnest($2::uuid[], $3::uuid[]) as v(contact, account)
                      where ac.tenant_id = $1 and ac.contact_id = v.contact and ac.account_id = v.account`,
              values: [tenantId, won.contacts, won.accounts],
            },
          ]
        : []),
    ];
  },
};
