import { TenantPool } from '@pellucid/platform/db';
import { newContext, runInContext } from '@pellucid/platform/context';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { workerBeside } from './testing/worker-in-process.js';

let database: TestDatabase;
let api: TestApi;
let company: TestCompany;
let admin: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database, [], undefined, {
    PELLUCID_QUERY_SECONDS: '5',
    PELLUCID_JOB_QUERY_SECONDS: '120',
  });
  company = await registerCompany(api);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await api?.close();
  await database?.drop();
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });

/** Makes every query of the table take as long as the function. */
async function whileSlow(table: string, fn: () => Promise<void>): Promise<void> {
  await admin.query(`begin; lock table ${table} in access exclusive mode`);
  await fn().finally(() => admin.query('rollback'));
}

test('slow queries end with a problem that says what to do, and a write waits as long as it takes', async () => {
  const paths = [
    '/tags',
    '/tags?count=exact',
    '/tags?q=word',
    `/tags?filter=${encodeURIComponent('{"field":"name","op":"contains","value":"word"}')}`,
  ];
  await whileSlow('tag', async () => {
    const write = call('POST', '/tags', { name: 'Waits' });
    const isBlocked = async () =>
      (
        await admin.query(
          'select 1 from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))',
        )
      ).rowCount! > 0;
    await eventually(isBlocked);
    const answers = await Promise.all(paths.map((path) => call('GET', path)));
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      paths.map(() => [504, 'queryTooSlow']),
    );
    expect(answers[0]!.body.detail).toContain('filter');
    await admin.query('rollback');
    expect((await write).status).toBe(201);
  });
  for (const path of paths) expect((await call('GET', path)).status).toBe(200);
});

test('a selection for bulk work has the same limit, and nothing of the work remains', async () => {
  for (let from = 0; from < 600; from += 300) {
    const rows = Array.from({ length: 300 }, (_, n) => ({ name: `Selected ${from + n}` }));
    expect((await call('POST', '/accounts/bulk', { action: 'create', rows })).status).toBe(200);
  }
  const select = () =>
    call('POST', '/accounts/bulk', { action: 'update', q: 'selected', changes: { city: 'Rome' } });
  await whileSlow('bulk_job_selection', async () => {
    const { status, body } = await select();
    expect([status, body.code]).toEqual([504, 'queryTooSlow']);
  });
  expect((await admin.query('select count(*)::int as n from bulk_job')).rows[0].n).toBe(0);
  expect(await select()).toMatchObject({ status: 202, body: { total: 600 } });
});

test('jobs have a limit of their own', async () => {
  const worker = await workerBeside(api);
  const limitOf = (pool: TenantPool) =>
    runInContext(newContext({ correlationId: 'test', tenantId: company.tenantId }), async () => {
      const { rows } = await pool.query('show statement_timeout');
      return rows[0].statement_timeout;
    });
  expect(await limitOf(api.app.get(TenantPool))).toBe('5s');
  expect(await limitOf(worker.get(TenantPool))).toBe('2min');
  await worker.close();
});

test('a text is looked up once per search, although the statistics know nothing of the records yet', async () => {
  await admin.query('alter table account set (autovacuum_enabled = false)');
  await admin.query(
    `alter database ${new URL(database.adminUrl).pathname.slice(1)} set track_functions = 'pl'`,
  );
  const replica = await testApi(database, [], api);
  try {
    const rows = Array.from({ length: 300 }, (_, n) => ({ name: `Account ${n}` }));
    const created = await call('POST', '/accounts/bulk', { action: 'create', rows });
    expect(created.body.counts).toMatchObject({ created: rows.length });
    const filter = encodeURIComponent('{"field":"name","op":"contains","value":"nothing"}');
    for (const path of ['/accounts?q=nothing', `/accounts?filter=${filter}`])
      expect((await replica.call('GET', path, { token: company.token })).body.data).toEqual([]);
  } finally {
    // Connections count their calls in the statistics when they end.
    await replica.close();
  }
  const calls = await eventually(async () => {
    const counted = await admin.query(
      `select calls::int from pg_stat_user_functions where funcname in ('record_text_match', 'record_text_page')`,
    );
    return counted.rowCount === 2 && counted.rows.map((row) => row.calls);
  });
  expect(Math.max(...calls)).toBeLessThan(10);
});
