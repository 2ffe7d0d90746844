import type { RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import type { TestPeople } from './colleagues.js';

/** A record's content, the rows that are part of it, and its version. */
export interface RecordContent {
  object: string;
  id: string;
  version: number;
  content: string;
}

/** SQL for the rows of other tables that are part of a record, as one text. */
const PARTS: Record<string, string> = {
  contact: `select string_agg(concat_ws(':', l.account_id, l.is_primary, l.role), ',' order by l.account_id)
      from account_contact l join account a on a.tenant_id = l.tenant_id and a.id = l.account_id and a.deleted_at is null
     where l.tenant_id = t.tenant_id and l.contact_id = t.id`,
  comment: `select string_agg(concat_ws(':', l.kind, l.to_id), ',' order by l.kind, l.to_id)
      from record_link l where l.tenant_id = t.tenant_id and l.from_object = 'comment' and l.from_id = t.id`,
  opportunity: `select string_agg(l::text, ',' order by l.id) from opportunity_line l where l.tenant_id = t.tenant_id and l.opportunity_id = t.id`,
  member: `select concat(string_agg(l.legal_entity_id::text, ',' order by l.legal_entity_id),
      (select string_agg(r.role_id::text, ',' order by r.role_id) from member_role r where r.tenant_id = t.tenant_id and r.member_id = t.id))
      from member_entity l where l.tenant_id = t.tenant_id and l.member_id = t.id`,
};
/** Columns that record a write but not its content. */
const BOOKKEEPING = ['version', 'updated_at', 'updated_by_kind', 'updated_by_id'];

/** Columns whose values follow from other records: they change with those, without a new version (ADR 42). */
const counted = ({ fields }: RecordDescriptor) =>
  fields.filter(({ derivedFrom }) => derivedFrom?.counts).flatMap(({ storage }) => storage.columns);

/** Every record of a company, including deleted ones. */
export async function recordContents(
  people: TestPeople,
  registry: RecordRegistry,
  tenantId: string,
): Promise<Map<string, RecordContent>> {
  const parts = registry.product().map(
    (d) => `select '${d.key}' as object, t.id, t.version,
        md5(concat((to_jsonb(t) - array[${[...BOOKKEEPING, ...counted(d)].map((column) => `'${column}'`)}])::text,
          (${PARTS[d.key] ?? 'select null::text'}))) as content
      from ${d.source} t where t.tenant_id = $1`,
  );
  const { rows } = await people.sql(parts.join(' union all '), [tenantId]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Records that changed between the two states. */
export function changedBetween(
  before: Map<string, RecordContent>,
  after: Map<string, RecordContent>,
): RecordContent[] {
  return [...after.values()].filter((now) => before.get(now.id)?.content !== now.content);
}

/** Changed records without a new version, or without an event by a member or key that reports the change. */
export async function untold(
  people: TestPeople,
  before: Map<string, RecordContent>,
  changed: RecordContent[],
  by: string,
): Promise<string[]> {
  const { rows } = await people.sql(
    `select record_id as id, record_version as version from record_event where record_id = any($1::uuid[]) and actor_id = $2`,
    [changed.map(({ id }) => id), by],
  );
  const told = new Set(rows.map(({ id, version }) => `${id} ${version}`));
  return changed.flatMap(({ object, id, version }) => {
    if (version === (before.get(id)?.version ?? 0)) return [`${object} changed without a version`];
    return told.has(`${id} ${version}`) ? [] : [`${object} changed without an event of whoever did it`];
  });
}
