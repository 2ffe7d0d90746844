import { fileURLToPath } from 'node:url';
import {
  eventually,
  holdWrites,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));
const RECORDS = 1_200;

let database: TestDatabase;
let api: TestApi;
let company: TestCompany;
let owner: pg.Client;
const workers: TestProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  company = await registerCompany(api);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await owner?.end();
  await api?.close();
  await database?.drop();
});

function startWorker(): TestProcess {
  const worker = typescriptProcess(WORKER, { env: api.environment });
  workers.push(worker);
  return worker;
}

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });

/** Waits until a job that people follow is done. */
const completed = (id: string) =>
  eventually(async () => {
    const { body } = await call('GET', `/bulk-jobs/${id}`);
    return body.status === 'completed' ? body : undefined;
  });

/** Returns how many documents of accounts there are, and of how many accounts. */
async function documents(): Promise<{ documents: number; records: number }> {
  const { rows } = await owner.query(
    `select count(*)::int as documents, count(distinct record_id)::int as records from search_document where object = 'account'`,
  );
  return rows[0];
}

test('a rebuild whose worker is killed goes on where it was; people search meanwhile, and each record is indexed once', async () => {
  const first = startWorker();
  const rows = Array.from({ length: RECORDS }, (_, n) => ({ name: `Platypus ${n}` }));
  await completed((await call('POST', '/accounts/bulk', { action: 'create', rows })).body.id);
  await eventually(async () => (await documents()).documents === RECORDS || undefined);
  const { rows: unreadied } = await owner.query('select from search_class where not is_ready');
  expect(unreadied).toEqual([]);

  const held = await holdWrites(database, 'search_document', 700);
  const { body: job } = await call('POST', '/search/rebuild');
  await held.reached();
  await first.kill();
  await held.release();
  const { rows: killed } = await owner.query(
    `select cursor, state from job where name = 'search.rebuild' and state = 'running'`,
  );
  expect(killed).toMatchObject([
    { cursor: { objects: expect.arrayContaining(['account']), after: expect.any(String) } },
  ]);
  const found = await call('GET', '/search?q=platypus%207&limit=1');
  expect(found.body.data[0].title).toBe('Platypus 7');

  // Another worker would wait until the dead worker's lease runs out. The test doesn't wait.
  await owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  startWorker();
  const done = await completed(job.id);
  expect(done.counts.indexed).toBe(done.total);
  expect(await documents()).toEqual({ documents: RECORDS, records: RECORDS });
});
