import type { ValueChange, LinkField } from '@pellucid/platform/records';

const living = (alias: string) =>
  `from member_entity me join legal_entity le on le.tenant_id = me.tenant_id and le.id = me.legal_entity_id and le.deleted_at is null
    where me.tenant_id = ${alias}.tenant_id and me.member_id = ${alias}.id`;

const ids = (value: unknown) => (value ?? []) as string[];

/** Returns pairs of member and legal entity that a change adds or removes. */
function pairs(changes: ValueChange[], pick: (before: string[], after: string[]) => string[]) {
  const found = changes.flatMap((c) =>
    pick(ids(c.before), ids(c.after)).map((entity) => ({ member: c.id, entity })),
  );
  return {
    some: found.length > 0,
    members: found.map((pair) => pair.member),
    entities: found.map((pair) => pair.entity),
  };
}

/**
 * Legal entities that a member works for, in the table member_entity; the one set on the member itself is included.
 * Links to deleted entities stay, hidden, so that they can be restored.
 */
export const entitiesLink: LinkField = {
  select: (alias, nameOf) =>
    `(select json_agg(json_build_object('id', le.id, 'name', ${nameOf('le')}) order by le.display_norm) ${living(alias)})`,
  value: (alias) => `array(select le.id::text ${living(alias)})`,
  write(tenantId, _object, changes) {
    const gone = pairs(changes, (before, after) => before.filter((id) => !after.includes(id)));
    const come = pairs(changes, (before, after) => after.filter((id) => !before.includes(id)));
    return [
      ...(gone.some
        ? [
            {
              text: `delete from member_entity me using unnest($2::uuid[], $3::uuid[]) as v(member_id, entity_id)
                      where me.tenant_id = $1 and me.member_id = v.member_id and me.legal_entity_id = v.entity_id`,
              values: [tenantId, gone.members, gone.entities],
            },
          ]
        : []),
      ...(come.some
        ? [
            {
              text: `insert into member_entity (tenant_id, member_id, legal_entity_id)
                     select $1, v.member_id, v.entity_id from unnest($2::uuid[], $3::uuid[]) as v(member_id, entity_id)
                     on conflict do nothing`,
              values: [tenantId, come.members, come.entities],
            },
          ]
        : []),
    ];
  },
  referrers:
    'select me.member_id as id, me.legal_entity_id as target from member_entity me where me.legal_entity_id = any($1::uuid[])',
};
