import { fileURLToPath } from 'node:url';
import { portScripts } from '@pellucid/platform/runtime';
import {
  eventually,
  holdWrites,
  type TestDatabase,
  type TestProcess,
  type TestRedis,
  testDatabase,
  testEnvironment,
  testRedis,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

const API = fileURLToPath(new URL('./main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let redis: TestRedis;
let owner: pg.Client;
let environment: Record<string, string>;
let base: string;
let token: string;
/** The only worker that runs. */
let worker: TestProcess;
const processes: TestProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  redis = await testRedis();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { freePort } = await portScripts();
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  environment = {
    ...testEnvironment(database, redis.url),
    PORT: String(port),
    PELLUCID_RATE_LIMITS: 'off',
  };
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.kill()));
  await owner?.end();
  await redis?.stop();
  await database?.drop();
});

function start(file: string): TestProcess {
  const started = typescriptProcess(file, { env: environment });
  processes.push(started);
  return started;
}

async function startApi(): Promise<TestProcess> {
  const api = start(API);
  await eventually(async () => (await fetch(`${base}/readyz`).catch(() => null))?.status === 200);
  return api;
}

/** Frees what a killed worker held at once, so that tests don't wait for its lease to run out. */
const freeLeases = () =>
  owner.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const form = body instanceof FormData ? body : undefined;
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body && !form ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: form ?? JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as any };
}

const number = async (query: string, values: unknown[] = []) =>
  Number((await owner.query(`select (${query}) as n`, values)).rows[0].n);

/** Expects one `created` event for each record with the name prefix, and one place in the feed for each event. */
async function expectOncePerRecord(prefix: string, count: number): Promise<void> {
  expect(await number('select count(*) from account where name like $1', [`${prefix}%`])).toBe(count);
  expect(await number('select count(distinct name) from account where name like $1', [`${prefix}%`])).toBe(
    count,
  );
  const events = `from record_event e join account a on a.tenant_id = e.tenant_id and a.id = e.record_id
                  where e.object = 'account' and e.verb = 'created' and a.name like $1`;
  expect(await number(`select count(*) ${events}`, [`${prefix}%`])).toBe(count);
  expect(await number(`select count(distinct e.record_id) ${events}`, [`${prefix}%`])).toBe(count);
  await eventually(
    async () =>
      (await number(`select count(*) from feed where event_id in (select e.id ${events})`, [
        `${prefix}%`,
      ])) === count,
  );
  const { rows } = await owner.query(
    'select count(*)::int as events, count(distinct event_id)::int as different, max(position)::int as last from feed',
  );
  expect(rows[0].different).toBe(rows[0].events);
  expect(rows[0].last).toBe(rows[0].events);
}

test('requests interrupted by kill -9 of the API take effect once when they are sent again with their keys', async () => {
  let api = await startApi();
  const registered = await call('POST', '/auth/register', {
    companyName: 'Crash',
    subdomain: 'crash-test',
    name: 'Cora',
    email: 'cora@example.com',
    password: 'violet kettle harbour 41',
  });
  token = registered.body.accessToken;
  worker = start(WORKER);

  const wishes = Array.from({ length: 90 }, (_, i) => i);
  const create = (i: number) =>
    call('POST', '/accounts', { name: `Cut off ${i}` }, { 'idempotency-key': `cut-${i}` });
  const answered = new Map<number, string>();
  for (const round of [0, 1, 2]) {
    const mine = wishes.filter((i) => i % 3 === round);
    let hasBegun: (value: unknown) => void;
    const begun = new Promise((done) => (hasBegun = done));
    const sent = mine.map((i) =>
      create(i).then(
        ({ body }) => {
          answered.set(i, body.id);
          hasBegun(null);
        },
        () => undefined,
      ),
    );
    await begun;
    await api.kill();
    await Promise.all(sent);
    api = await startApi();
  }
  expect(answered.size).toBeGreaterThan(0);
  for (const i of wishes) {
    const again = await create(i);
    expect(again.status).toBe(201);
    expect(again.body.name).toBe(`Cut off ${i}`);
    if (answered.has(i)) expect(again.body.id).toBe(answered.get(i));
  }
  await expectOncePerRecord('Cut off ', wishes.length);
});

test('an import and a bulk job lose and repeat nothing under kill -9 of the worker and FLUSHALL', async () => {
  const rows = 4_000;
  const form = new FormData();
  form.set(
    'options',
    JSON.stringify({
      object: 'account',
      mode: 'create',
      mapping: { Key: 'externalId', Name: 'name', Parent: 'parent' },
      references: { Parent: { by: 'name', unknown: 'create' } },
    }),
  );
  const lines = Array.from({ length: rows }, (_, i) => `k${i},Loaded ${i},Group ${i % 7}`);
  form.set('file', new Blob([`Key,Name,Parent\n${lines.join('\n')}\n`]), 'accounts.csv');
  const imported = await call('POST', '/imports', form);
  const bulk = await call('POST', '/accounts/bulk', {
    action: 'create',
    rows: Array.from({ length: 3_000 }, (_, i) => ({ name: `Bulk ${i}` })),
  });
  expect([imported.status, bulk.status]).toEqual([202, 202]);
  await redis.flush();

  // Each kill hits the worker in the middle of a batch, after others that are complete.
  for (let kills = 0; kills < 3; kills++) {
    const held = await holdWrites(database, 'account', 1_200);
    await held.reached();
    await redis.flush();
    await worker.kill();
    await held.release();
    await freeLeases();
    worker = start(WORKER);
    await redis.flush();
  }
  const ended = (path: string) =>
    eventually(async () => {
      const { body } = await call('GET', path);
      return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
    });
  expect(await ended(`/imports/${imported.body.id}`)).toMatchObject({
    status: 'completed',
    counts: { total: rows, created: rows, updated: 0, unchanged: 0, failed: 0, related: 7 },
  });
  expect(await ended(`/bulk-jobs/${bulk.body.id}`)).toMatchObject({
    status: 'completed',
    counts: { created: 3_000 },
  });
  await expectOncePerRecord('Loaded ', rows);
  await expectOncePerRecord('Group ', 7);
  await expectOncePerRecord('Bulk ', 3_000);
});
