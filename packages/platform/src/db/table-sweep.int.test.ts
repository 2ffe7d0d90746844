import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { sampleInsert, type TenantTable, tenantTables } from '../testing/sample-rows.js';
import { GLOBAL_TABLES, TABLE_RULES, tableViolations } from '../testing/table-rules.js';

/** Postgres error code: insufficient privilege, also raised by a row security check. */
const REFUSED = '42501';

let database: TestDatabase;
let admin: pg.Client;
let owner: pg.Client;
let app: pg.Client;
let tables: TenantTable[];
const ours = randomUUID();
const theirs = randomUUID();

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

beforeAll(async () => {
  database = await testDatabase();
  [admin, owner, app] = (await Promise.all(
    [database.adminUrl, database.ownerUrl, database.appUrl].map(connect),
  )) as [pg.Client, pg.Client, pg.Client];
  tables = await tenantTables(admin);
  // Disables foreign keys: only visibility is tested, so rows need no counterparts.
  await admin.query('set session_replication_role = replica');
  for (const [i, id] of [ours, theirs].entries())
    await admin.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, `sweep-${i}`]);
  for (const table of tables)
    for (const tenant of [ours, theirs]) {
      const { text, values } = sampleInsert(table, tenant);
      await admin.query(text, values).catch((error) => {
        throw new Error(`no sample row for ${table.name}: ${error.message}. Teach sample-rows.ts its check.`);
      });
    }
});
afterAll(async () => {
  await Promise.all([admin, owner, app].map((client) => client?.end()));
  await database?.drop();
});

/** Runs the function as the app role, bound to the tenant, and rolls back. */
async function bound<T>(tenant: string | null, fn: () => Promise<T>): Promise<T> {
  await app.query('begin');
  try {
    if (tenant) await app.query('select set_tenant($1)', [tenant]);
    return await fn();
  } finally {
    await app.query('rollback');
  }
}
const isolated = () => tables.filter(({ name }) => !(name in GLOBAL_TABLES));

test('every table keeps every rule', async () => {
  expect(await tableViolations(admin)).toEqual([]);
  expect(isolated().length).toBeGreaterThan(20);
});

test('without a tenant the app sees no row of any table', async () => {
  for (const { name } of isolated().filter(({ grants }) => grants.has('SELECT')))
    expect([name, (await bound(null, () => app.query(`select 1 from "${name}"`))).rowCount]).toEqual([
      name,
      0,
    ]);
  expect((await bound(null, () => app.query('select 1 from tenant'))).rowCount).toBe(0);
});

test('bound to a tenant, the app sees that tenant’s rows and no others', async () => {
  for (const { name } of isolated().filter(({ grants }) => grants.has('SELECT'))) {
    const { rows } = await bound(ours, () => app.query(`select distinct tenant_id from "${name}"`));
    expect([name, rows]).toEqual([name, [{ tenant_id: ours }]]);
  }
  expect((await bound(ours, () => app.query('select id from tenant'))).rows).toEqual([{ id: ours }]);
});

test('the app cannot read a global table at all', async () => {
  for (const name of Object.keys(GLOBAL_TABLES).filter((table) => table !== 'tenant'))
    await expect(
      bound(ours, () => app.query(`select 1 from "${name}"`)),
      name,
    ).rejects.toMatchObject({ code: REFUSED });
});

test('a row of another tenant can be neither inserted, taken over, changed nor deleted', async () => {
  for (const table of isolated()) {
    const { text, values } = sampleInsert(table, theirs);
    if (table.grants.has('INSERT'))
      await expect(
        bound(ours, () => app.query(text, values)),
        `insert ${table.name}`,
      ).rejects.toMatchObject({ code: REFUSED });
    if (table.grants.has('UPDATE')) {
      const given = bound(ours, () => app.query(`update "${table.name}" set tenant_id = $1`, [theirs]));
      await expect(given, `give away ${table.name}`).rejects.toMatchObject({ code: REFUSED });
      const taken = await bound(ours, () =>
        app.query(`update "${table.name}" set tenant_id = $1 where tenant_id = $2`, [ours, theirs]),
      );
      expect([table.name, taken.rowCount]).toEqual([table.name, 0]);
    }
    if (table.grants.has('DELETE')) {
      const deleted = await bound(ours, () =>
        app.query(`delete from "${table.name}" where tenant_id = $1`, [theirs]),
      );
      expect([table.name, deleted.rowCount]).toEqual([table.name, 0]);
    }
  }
});

test("a migration's backfill, as the owner, reaches the rows of both tenants in every table", async () => {
  for (const { name } of tables) {
    await owner.query('begin');
    const { rowCount } = await owner.query(
      `update "${name}" set tenant_id = tenant_id where tenant_id in ($1, $2)`,
      [ours, theirs],
    );
    await owner.query('rollback');
    expect([name, rowCount]).toEqual([name, 2]);
  }
});

describe('a planted violation is found', () => {
  const table = (
    extra: string,
  ) => `create table planted (tenant_id uuid not null, id uuid not null, ${extra} primary key (tenant_id, id));
    select protect_tenant_table('planted');`;
  const planted: Record<string, [string, string]> = {
    'row security is on and binds the owner': ['alter table account no force row level security', 'account'],
    'the app sees a tenant table by the tenant policy and no other': [
      'create policy generous on account for select to pellucid_app using (true)',
      'account',
    ],
    'the app has no policy on a global table': [
      'create policy curious on identity for select to pellucid_app using (true)',
      'identity.curious',
    ],
    'tenant_id is a uuid and never null': ['create table planted (id int primary key)', 'planted'],
    'the primary key starts with tenant_id': [
      'create table planted (tenant_id uuid not null, id int primary key)',
      'planted',
    ],
    'unique indexes start with tenant_id': [
      'create unique index planted_key on account (name_norm)',
      'planted_key',
    ],
    'foreign keys between tenant tables carry tenant_id and do nothing by themselves': [
      table('account_id uuid,').replace(
        ';',
        '; alter table planted add constraint planted_fkey foreign key (tenant_id, account_id) references account (tenant_id, id) on delete set null;',
      ),
      'planted_fkey',
    ],
    'normalised columns are compared byte by byte': [table('name_norm text,'), 'planted.name_norm'],
    'the log-ins of API and worker own nothing and cannot step around row security': [
      'create table planted (id int); alter table planted owner to pellucid_app',
      'pellucid_app owns planted',
    ],
    'no log-in may truncate, reference or put triggers on a table: row security does not bind that': [
      'grant truncate on account to pellucid_app',
      'pellucid_app TRUNCATE account',
    ],
    'nothing is granted to everybody': ['grant select on account to public', 'account SELECT'],
    'partitions are reached through their parent only': [
      'grant select on record_event_default to pellucid_app',
      'record_event_default pellucid_app',
    ],
    'functions that run as their owner are known, have a pinned search path and are closed to the public': [
      'create function planted() returns int language sql security definer as $$ select 1 $$',
      'planted (search path not pinned)',
    ],
    'there are no views, which run with the rights of their owner': [
      'create view planted as select * from account',
      'planted',
    ],
  };

  test.each(TABLE_RULES.map(({ name }) => name))('%s', async (name) => {
    const [ddl, found] = planted[name] ?? [];
    if (!ddl) throw new Error(`plant a violation of "${name}"`);
    await admin.query('begin');
    try {
      await admin.query(ddl);
      const violations = await tableViolations(admin);
      expect(
        violations.some((sentence) => sentence.startsWith(`${found}: ${name}.`)),
        violations.join('\n'),
      ).toBe(true);
    } finally {
      await admin.query('rollback');
    }
  });
});
