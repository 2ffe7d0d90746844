import type pg from 'pg';

/**
 * Rules for every table, checked against pg_catalog so that a new table cannot be forgotten. Each rule lists its
 * violations. An exception is listed in `allowed` with its reason; one that is no longer needed is also a violation.
 */
export interface TableRule {
  name: string;
  /** How to correct a violation. */
  mend: string;
  /** Query that returns a column `found`, one row per violation. */
  text: string;
  allowed?: Record<string, string>;
}

/**
 * Tables that belong to no tenant, or are bound by another column. The platform role reads them; the app role does not.
 */
export const GLOBAL_TABLES: Record<string, string> = {
  _prisma_migrations: 'the migrations that have run; the owner only',
  identity: 'a person may belong to several companies; log-in finds it before there is a tenant',
  installation_key: 'keys of the whole installation, wrapped',
  log_in_failure: 'counts what happens before there is a tenant',
  password_reset: 'asked for before there is a tenant; its token is the key',
  recovery_code: 'asked for before there is a tenant; belongs to the person',
  refresh_token: 'presented before there is a tenant; its token is the key',
  second_factor: 'proven before there is a tenant; belongs to the person',
  second_factor_challenge: 'asked before there is a tenant',
  session: 'log-in and refresh find it before there is a tenant',
  tenant: 'the tenant itself: its id is the tenant id, and its policy says so',
};

const POLICY = `(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))`;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const globals = Object.keys(GLOBAL_TABLES).map(quoted).join(', ');

/** Ordinary and partitioned tables, not the partitions. */
const TABLES = `select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity, c.relowner from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
const TENANT_TABLES = `select * from (${TABLES}) t where t.name not in (${globals})`;
const firstColumn = (index: string) =>
  `(select a.attname from pg_attribute a where a.attrelid = ${index}.indrelid and a.attnum = ${index}.indkey[0])`;

/** All rules. */
export const TABLE_RULES: TableRule[] = [
  {
    name: 'row security is on and binds the owner',
    mend: "call SELECT protect_tenant_table('<table>') in the migration",
    text: `select t.name as found from (${TABLES}) t where not (t.relrowsecurity and t.relforcerowsecurity)`,
    allowed: { _prisma_migrations: 'made by Prisma itself, and no log-in but the owner may see it' },
  },
  {
    name: 'the app sees a tenant table by the tenant policy and no other',
    mend: "call SELECT protect_tenant_table('<table>') in the migration and add no further policy for pellucid_app or PUBLIC",
    text: `select t.name as found from (${TENANT_TABLES}) t
      where 1 <> (select count(*) from pg_policies p where p.tablename = t.name and (p.roles && '{pellucid_app,public}'::name[]))
         or not exists (select 1 from pg_policies p where p.tablename = t.name and p.roles = '{pellucid_app}'::name[]
              and p.permissive = 'PERMISSIVE' and p.cmd = 'ALL' and p.qual = ${quoted(POLICY)} and p.with_check = ${quoted(POLICY)})`,
  },
  {
    name: 'the app has no policy on a global table',
    mend: 'let the platform log-in read it, or make it a tenant table',
    text: `select p.tablename || '.' || p.policyname as found from pg_policies p
      where p.tablename in (${globals}) and (p.roles && '{pellucid_app,public}'::name[])`,
    allowed: { 'tenant.tenant_isolation': 'a tenant sees its own row: the policy compares the id' },
  },
  {
    name: 'tenant_id is a uuid and never null',
    mend: 'add tenant_id uuid not null',
    text: `select t.name as found from (${TENANT_TABLES}) t where not exists (
      select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'uuid'::regtype)`,
  },
  {
    name: 'the primary key starts with tenant_id',
    mend: '@@id([tenantId, …]): the table can then be distributed by tenant',
    text: `select t.name as found from (${TENANT_TABLES}) t where not exists (
      select 1 from pg_index i where i.indrelid = t.oid and i.indisprimary and ${firstColumn('i')} = 'tenant_id')`,
  },
  {
    name: 'unique indexes start with tenant_id',
    mend: 'put tenant_id first: unique across tenants tells one tenant about another',
    text: `select i.indexrelid::regclass::text as found from (${TABLES}) t join pg_index i on i.indrelid = t.oid
      where i.indisunique and ${firstColumn('i')} is distinct from 'tenant_id'`,
    allowed: {
      _prisma_migrations_pkey: 'Prisma’s own table',
      identity_pkey: 'global table',
      identity_email_norm_key: 'one person, one log-in: the e-mail address is what they log in with',
      installation_key_pkey: 'global table',
      invitation_token_hash_key:
        'the token is presented before there is a tenant; 256 random bits tell nothing',
      log_in_failure_pkey: 'global table',
      password_reset_pkey: 'the token is the key; 256 random bits tell nothing',
      recovery_code_pkey: 'global table',
      refresh_token_pkey: 'the token is the key; 256 random bits tell nothing',
      second_factor_pkey: 'global table',
      second_factor_credential_id_key:
        'a passkey presented twice would be two people’s; its id is random and made by the authenticator',
      second_factor_challenge_pkey: 'global table',
      session_pkey: 'global table',
      tenant_pkey: 'the tenant itself',
      tenant_subdomain_key: 'a subdomain leads to one company',
    },
  },
  {
    name: 'foreign keys between tenant tables carry tenant_id and do nothing by themselves',
    mend: 'fields: [tenantId, xId], references: [tenantId, id], onDelete: NoAction, onUpdate: NoAction; the record engine does what deletion means',
    text: `select f.conname::text as found from pg_constraint f
      join (${TENANT_TABLES}) t on t.oid = f.conrelid join (${TENANT_TABLES}) r on r.oid = f.confrelid
      where f.contype = 'f' and (f.confdeltype <> 'a' or f.confupdtype <> 'a' or not exists (
        select 1 from pg_attribute a join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[1]
        where a.attrelid = f.conrelid and a.attnum = f.conkey[1] and a.attname = 'tenant_id' and b.attname = 'tenant_id'))`,
  },
  {
    name: 'normalised columns are compared byte by byte',
    mend: 'add COLLATE "C" in the migration: text matching in memory and in SQL would differ, and the index would not serve',
    text: `select t.name || '.' || a.attname as found from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid
      where a.attname like '%\\_norm' and a.attnum > 0 and not a.attisdropped and a.attcollation <> '"C"'::regcollation`,
  },
  {
    name: 'the log-ins of API and worker own nothing and cannot step around row security',
    mend: 'make things as pellucid_owner; give roles no attribute and no membership',
    text: `select r.rolname || ' owns ' || c.relname as found from pg_class c join pg_roles r on r.oid = c.relowner
        where c.relnamespace = 'public'::regnamespace and r.rolname in ('pellucid_app', 'pellucid_platform')
      union all select rolname || ' may step around row security' from pg_roles
        where rolname in ('pellucid_app', 'pellucid_platform') and (rolsuper or rolbypassrls or rolcreaterole)
      union all select m.member::regrole || ' is a member of ' || m.roleid::regrole from pg_auth_members m
        where m.member in ('pellucid_app'::regrole, 'pellucid_platform'::regrole)`,
  },
  {
    name: 'no log-in may truncate, reference or put triggers on a table: row security does not bind that',
    mend: 'grant SELECT, INSERT, UPDATE and DELETE only',
    text: `select g.grantee || ' ' || g.privilege_type || ' ' || g.table_name as found from information_schema.role_table_grants g
      where g.table_schema = 'public' and g.grantee not in ('pellucid_owner', 'postgres')
        and g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        and g.table_name not like 'pg\\_%' and exists (select 1 from pg_roles r where r.rolname = g.grantee and not r.rolsuper)`,
  },
  {
    name: 'nothing is granted to everybody',
    mend: 'grant to pellucid_app or pellucid_platform by name',
    text: `select g.table_name || ' ' || g.privilege_type as found from information_schema.role_table_grants g
      where g.table_schema = 'public' and g.grantee = 'PUBLIC'`,
  },
  {
    name: 'partitions are reached through their parent only',
    mend: "revoke the grant: queried directly, a partition ignores its parent's policies",
    text: `select c.relname || ' ' || (x.acl).grantee::regrole as found
      from pg_class c, lateral (select aclexplode(c.relacl) as acl) x
      where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind = 'r' and (x.acl).grantee <> c.relowner
      union all select c.relname || ' has no row security' from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind = 'r'
        and not (c.relrowsecurity and c.relforcerowsecurity)`,
  },
  {
    name: 'functions that run as their owner are known, have a pinned search path and are closed to the public',
    mend: 'SET search_path = pg_catalog, public; REVOKE ALL … FROM PUBLIC; and say here why it must run as its owner',
    text: `select p.proname::text || case
          when p.proconfig is null or not exists (select 1 from unnest(p.proconfig) s where s like 'search_path=pg_catalog%') then ' (search path not pinned)'
          when p.proacl is null or exists (select 1 from aclexplode(p.proacl) a where a.grantee = 0) then ' (open to PUBLIC)'
          else '' end as found
      from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
        and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
    allowed: {
      record_text_match:
        'LIKE is not leakproof: under row security it could not use the trigram index; it carries the tenant predicate itself',
      record_text_page: 'the same, cut to a page of a list',
      search_matches:
        'full text and array operators are not leakproof either; it carries the tenant predicate itself',
      ensure_event_partitions: 'the worker makes the months ahead; only an owner may make tables',
      create_identity: 'identity and membership commit together, while the app may read no identity',
      masking_log_of_record:
        'array operators are not leakproof: under row security the index over record ids could not be used; it carries the tenant predicate itself',
      refresh_record_statistics:
        'ANALYZE of a record table that an import fills: only an owner may; it reads nothing out and takes record tables only',
      revoke_api_keys_of_identity:
        'whoever proves an address takes the keys away that a stranger made with it, in all companies; for the platform’s log-in only',
      end_sessions_of_members:
        'ends sessions of members of the bound tenant, with the write that deletes or restores them; the app may change no session',
      tenant_revoked_sessions: 'ids of ended sessions of the bound tenant, while the app may read no session',
    },
  },
  {
    name: 'there are no views, which run with the rights of their owner',
    mend: 'write WITH (security_invoker = true), or a roll-up table with row security',
    text: `select c.relname::text as found from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm'
      or (c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false)))
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')`,
  },
];

/** Returns all violations in this database, as sentences. */
export async function tableViolations(client: pg.Client): Promise<string[]> {
  const sentences: string[] = [];
  for (const { name, mend, text, allowed = {} } of TABLE_RULES) {
    const found = (await client.query<{ found: string }>(text)).rows.map((row) => row.found);
    for (const one of found) if (!(one in allowed)) sentences.push(`${one}: ${name}. Mend: ${mend}.`);
    for (const one of Object.keys(allowed))
      if (!found.includes(one))
        sentences.push(`${one}: the exception to "${name}" is not needed any more. Mend: remove it.`);
  }
  return sentences;
}
