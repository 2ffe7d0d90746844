import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pgBouncer, type TestDatabase, testDatabase, testRedis } from './index.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.drop();
});

async function query(url: string, text: string): Promise<any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('each role logs in as itself, and only the owner may create tables', async () => {
  for (const [role, url] of [
    ['pellucid_owner', database.ownerUrl],
    ['pellucid_app', database.appUrl],
    ['pellucid_platform', database.platformUrl],
    ['pellucid_queue', database.queueUrl],
    ['pellucid_backup', database.backupUrl],
  ] as const) {
    expect(await query(url, 'select current_user as role')).toEqual([{ role }]);
    const attempt = query(url, 'create table public.probe (id int); drop table public.probe');
    if (role === 'pellucid_owner') await attempt;
    else await expect(attempt).rejects.toMatchObject({ code: '42501' });
  }
});

test('neither the app nor the platform role can bypass row security or assume another role', async () => {
  const rows = await query(
    database.adminUrl,
    `select rolname, rolsuper, rolbypassrls, rolcreaterole,
            (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
       from pg_roles r where rolname in ('pellucid_app', 'pellucid_platform') order by 1`,
  );
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(row).toMatchObject({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, memberships: 0 });
  }
});

test('what is written in one clone is not seen in another', async () => {
  const other = await testDatabase();
  try {
    await query(database.ownerUrl, 'create table only_here (id int)');
    const seen = await query(other.ownerUrl, "select to_regclass('only_here')::text as seen");
    expect(seen).toEqual([{ seen: null }]);
  } finally {
    await other.drop();
  }
});

test('the bouncer shares one server connection among clients, per transaction', async () => {
  const bouncer = await pgBouncer([database.appUrl], { poolSize: 1 });
  try {
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = new pg.Client({ connectionString: bouncer.urls[0] });
        await client.connect();
        return client;
      }),
    );
    const pids = await Promise.all(
      clients.map(async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid),
    );
    expect(new Set(pids).size).toBe(1);
    await Promise.all(clients.map((client) => client.end()));
  } finally {
    await bouncer.stop();
  }
});

test('a killed Redis comes back under the same URL', async () => {
  const redis = await testRedis();
  const first = redis.pid;
  await redis.kill();
  await redis.restart();
  expect(redis.pid).not.toBe(first);
  await redis.stop();
});
