import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A table with a tenant, and what the app role may do with it. */
export interface TenantTable {
  name: string;
  columns: { name: string; type: string; literal: string | null }[];
  /** Privileges of pellucid_app. */
  grants: Set<string>;
}

/** Returns every table with a tenant_id that is not a partition, by name. */
export async function tenantTables(client: pg.Client): Promise<TenantTable[]> {
  const { rows } = await client.query(`
    select c.relname as name,
      array(select privilege_type from information_schema.role_table_grants g
        where g.table_schema = 'public' and g.table_name = c.relname and g.grantee = 'pellucid_app')::text[] as grants,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null), 'literal', (
          -- The first value that a CHECK of this column allows; of several columns, the first that it names with each.
          select substring(pg_get_constraintdef(k.oid) from case when cardinality(k.conkey) = 1 then '''([^'']+)'''
              else '\\m' || a.attname || ' = (?:ANY \\(ARRAY\\[)?''([^'']+)''' end) from pg_constraint k
          where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey) order by cardinality(k.conkey) limit 1)))
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and (a.attnotnull and a.atthasdef = false or a.attname = 'tenant_id')) as columns
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
    order by 1`);
  return rows.map((row) => ({ ...row, grants: new Set(row.grants) }));
}

/** Returns an INSERT of a row for the tenant, with the required columns only. Foreign keys are ignored. */
export function sampleInsert(table: TenantTable, tenantId: string): { text: string; values: unknown[] } {
  const values = table.columns.map(({ name, type, literal }) =>
    name === 'tenant_id' ? tenantId : (literal ?? sampleValue(type)),
  );
  const names = table.columns.map(({ name }) => `"${name}"`).join(', ');
  return {
    text: `insert into "${table.name}" (${names}) values (${values.map((_, i) => `$${i + 1}`).join(', ')})`,
    values,
  };
}

function sampleValue(type: string): unknown {
  if (type === 'uuid') return randomUUID();
  if (type.startsWith('timestamp') || type === 'date') return '2026-01-01';
  if (type === 'jsonb') return '{}';
  if (type.endsWith('[]')) return '{}';
  if (type === 'boolean') return false;
  if (type === 'bytea') return Buffer.from('sample');
  if (/^(smallint|integer|bigint|numeric|double precision)/.test(type)) return 1;
  return `sample ${randomUUID().slice(0, 8)}`;
}
