import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlatformPool } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { purgeIdempotency, purgeJobs, purgeKeyUsage } from './retention.js';

let database: TestDatabase;
let owner: pg.Client;
let platform: PlatformPool;
const tenants = [randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  for (const id of tenants)
    await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [
      id,
      'Test',
      `t-${id}`,
    ]);
});
afterAll(async () => {
  await platform?.end();
  await owner?.end();
  await database?.drop();
});

test('Idempotency-Keys are deleted after 24 hours and not before, in all companies, however many there are', async () => {
  const ages = { old: '24 hours 1 minute', older: '40 days', young: '23 hours 59 minutes', fresh: '0 hours' };
  for (const tenant of tenants)
    for (const [key, age] of Object.entries(ages))
      await owner.query(
        `insert into idempotency (tenant_id, actor_id, key, request_hash, status, answer, created_at)
         values ($1, $1, $2, 'h', 201, '{}', now() - $3::interval)`,
        [tenant, key, age],
      );
  await owner.query(
    `insert into idempotency (tenant_id, actor_id, key, request_hash, status, answer, created_at)
     select $1, $1, 'many ' || n, 'h', 201, '{}', now() - interval '2 days' from generate_series(1, 5001) n`,
    [tenants[0]],
  );
  expect(await purgeIdempotency(platform)).toBe(5_005);
  const { rows } = await owner.query(
    'select key, count(*)::int as n from idempotency group by key order by key',
  );
  expect(rows).toEqual([
    { key: 'fresh', n: 2 },
    { key: 'young', n: 2 },
  ]);
  expect(await purgeIdempotency(platform)).toBe(0);
});

test('jobs that ended a month ago are deleted; waiting, running and dead ones stay', async () => {
  const states = ['done', 'cancelled', 'dead', 'pending', 'running'];
  for (const state of states)
    for (const age of ['29 days', '31 days'])
      await owner.query(
        `insert into job (tenant_id, id, name, payload, state, correlation_id, finished_at)
         values ($1, $2, $3, '{}', $4, 'c', now() - $5::interval)`,
        [tenants[0], randomUUID(), `${state} ${age}`, state, age],
      );
  expect(await purgeJobs(platform)).toBe(2);
  const { rows } = await owner.query('select name from job order by name');
  const left = states.flatMap((state) => [`${state} 29 days`, `${state} 31 days`]);
  expect(rows.map(({ name }) => name)).toEqual(
    left.filter((name) => !/^(done|cancelled) 31/.test(name)).sort(),
  );
});

test("usage of API keys is deleted after 400 days, except each key's last day", async () => {
  const [used, forgotten] = [randomUUID(), randomUUID()];
  const days = { [used]: [0, 399, 400, 401, 800], [forgotten]: [500, 501, 900] };
  for (const tenant of tenants)
    for (const [key, ages] of Object.entries(days))
      for (const age of ages)
        await owner.query(
          `insert into api_key_usage (tenant_id, api_key_id, day, requests, last_used_at)
           values ($1, $2, (now() at time zone 'UTC')::date - $3::int, 1, now() - $3 * interval '1 day')`,
          [tenant, key, age],
        );
  expect(await purgeKeyUsage(platform)).toBe(8);
  const { rows } = await owner.query(
    `select api_key_id as key, (now() at time zone 'UTC')::date - day as age, count(*)::int as n
       from api_key_usage group by 1, 2 order by 2`,
  );
  expect(rows).toEqual([
    { key: used, age: 0, n: 2 },
    { key: used, age: 399, n: 2 },
    { key: used, age: 400, n: 2 },
    { key: forgotten, age: 500, n: 2 },
  ]);
  expect(await purgeKeyUsage(platform)).toBe(0);
});
