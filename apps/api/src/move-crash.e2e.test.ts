/** A move whose worker is killed continues with the row where it stopped, on a database of its own. */
import { fileURLToPath } from 'node:url';
import {
  holdWrites,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import { afterEach, expect, test } from 'vitest';
import { testApi } from './testing/api-process.js';
import { movesStage } from './testing/moves-stage.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));
const COMPANIES = 1500;

let database: TestDatabase;
let worker: TestProcess | undefined;
const stage = movesStage(
  async () => {
    database = await testDatabase();
    return testApi(database);
  },
  async () => {
    await worker?.kill();
    await stage.api?.close();
    await database?.drop();
  },
);
const { call, get, plan, ended, scalar, sql } = stage;
const startWorker = () => {
  worker = typescriptProcess(WORKER, { env: stage.api.environment });
};

afterEach(() => worker?.kill());

test('a worker killed in the second file neither loses nor doubles a record', async () => {
  const companies = Array.from({ length: COMPANIES }, (_, i) => `${i},Company ${i}\n`).join('');
  const people = Array.from({ length: COMPANIES }, (_, i) => `${i},Person ${i},Company ${i}\n`).join('');
  const { id } = await plan({
    'people.csv': `Person - ID,Person - Name,Person - Organization\n${people}`,
    'organizations.csv': `Organization - ID,Organization - Name\n${companies}`,
  });
  expect((await call('POST', `/moves/${id}/start`, {})).status).toBe(202);
  const held = await holdWrites(database, 'contact', 600);
  startWorker();
  await held.reached();
  await worker!.kill();
  await held.release();
  const { tenantId } = stage.company;
  const half = await get(`/moves/${id}`);
  expect(half.steps.map(({ kind, status }: any) => [kind, status])).toEqual([
    ['Organization', 'completed'],
    ['Person', 'running'],
  ]);
  expect(await scalar('select count(*) from contact where tenant_id = $1', [tenantId])).toBeLessThan(
    COMPANIES,
  );
  await sql(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  startWorker();
  const done = await ended(id);
  expect(done.status).toBe('completed');
  expect(done.report.objects.map(({ object, counts }: any) => [object, counts])).toEqual([
    ['account', { created: COMPANIES }],
    ['contact', { created: COMPANIES }],
  ]);
  expect(
    await scalar('select count(distinct account_id) from account_contact where tenant_id = $1', [tenantId]),
  ).toBe(COMPANIES);
});
