import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, testApi } from './testing/api-process.js';

/* A database that nobody has written to yet. The planner has no statistics on its tables. */

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

test('a deal is found by its key while thousands more are added, in a database without statistics', async () => {
  const company = await registerCompany(api);
  const call = async (method: string, path: string, body?: unknown) =>
    (await api.call(method, path, { token: company.token, body })).body;
  const product = await call('POST', '/products', { name: 'Product' });
  const account = await call('POST', '/accounts', { name: 'Account' });
  const stages = Object.fromEntries(
    (await call('GET', '/stages?limit=50')).data.map((s: { name: string; id: string }) => [s.name, s.id]),
  );
  const rows = Array.from({ length: 3000 }, (_, i) => ({
    account: account.id,
    product: product.id,
    stage: stages[i % 2 ? 'Won' : 'Engaging'],
    amount: String(i),
    engageDate: '2016-10-20',
    closeDate: i % 2 ? '2017-03-01' : null,
    externalId: `many-${i}`,
  }));
  const context = newContext({
    correlationId: 'test',
    tenantId: company.tenantId,
    memberId: company.memberId,
    actor: { kind: 'import', id: null },
    cause: { kind: 'import', id: null },
  });
  const outcomes = await runInContext(context, () =>
    api.app.get(RecordService).create('opportunity', rows, { mode: 'import' }),
  );
  expect(outcomes.filter((o) => o.status === 'created')).toHaveLength(3000);
  // Each row is looked up a few times by its foreign keys. A wrong index would read thousands of entries each time.
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    const read = await eventually(async () => {
      // A server process reports its statistics only with its next statement.
      await call('GET', '/opportunities?limit=1');
      const { rows: found } = await admin.query(
        `select sum(idx_tup_read)::int as read, sum(idx_scan)::int as scans from pg_stat_user_indexes where relname = 'opportunity'`,
      );
      return found[0].scans >= 6000 ? (found[0].read as number) : null;
    });
    expect(read).toBeLessThan(100_000);
  } finally {
    await admin.end();
  }
});
