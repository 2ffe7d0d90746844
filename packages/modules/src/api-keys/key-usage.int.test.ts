import { randomUUID } from 'node:crypto';
import { DelayedWrites, TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';
import { createLogger } from '@pellucid/platform/observability';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiKeysRepository } from './api-keys.repository.js';
import { KeyUsage } from './key-usage.js';

let database: TestDatabase;
let owner: pg.Client;
let pool: TenantPool;
let key: { tenantId: string; keyId: string };

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
});
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});
beforeEach(async () => {
  key = { tenantId: await makeTenant(), keyId: randomUUID() };
});

async function makeTenant(): Promise<string> {
  const id = randomUUID();
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, id]);
  return id;
}

/** Creates the usage counter of a replica. */
const counter = () =>
  new KeyUsage(
    new ApiKeysRepository(pool),
    new UnitOfWorkFactory(pool),
    new DelayedWrites(createLogger({ level: 'silent' })),
  );
const written = async () =>
  (
    await owner.query(
      `select tenant_id as "tenantId", to_char(day, 'YYYY-MM-DD') as day, requests, failures, last_used_at as "lastUsedAt"
         from api_key_usage where api_key_id = $1 order by tenant_id, day`,
      [key.keyId],
    )
  ).rows;

test('usage is summed by UTC day and tenant, with the time of the last use', async () => {
  const usage = counter();
  usage.count(key, false, new Date('2026-03-01T23:59:59.900Z'));
  usage.count(key, true, new Date('2026-03-02T00:00:00.100Z'));
  usage.count(key, false, new Date('2026-03-02T08:00:00+08:00'));
  const elsewhere = await makeTenant();
  usage.count({ ...key, tenantId: elsewhere }, true, new Date('2026-03-02T00:00:01Z'));
  expect(await written()).toEqual([]);
  await usage.flush();
  const own = (await written()).filter(({ tenantId }) => tenantId === key.tenantId);
  expect(own).toEqual([
    {
      tenantId: key.tenantId,
      day: '2026-03-01',
      requests: 1,
      failures: 0,
      lastUsedAt: new Date('2026-03-01T23:59:59.900Z'),
    },
    {
      tenantId: key.tenantId,
      day: '2026-03-02',
      requests: 2,
      failures: 1,
      lastUsedAt: new Date('2026-03-02T00:00:00.100Z'),
    },
  ]);
  expect(await written()).toHaveLength(3);
  await usage.flush();
  expect((await written()).map(({ requests }) => requests).sort()).toEqual([1, 1, 2]);
});

test('replicas that write at the same time lose nothing', async () => {
  const replicas = [counter(), counter(), counter()];
  const others = Array.from({ length: 5 }, () => ({ ...key, keyId: randomUUID() }));
  const at = new Date('2026-03-01T12:00:00Z');
  for (const [n, replica] of replicas.entries())
    for (const one of n % 2 ? [key, ...others] : [...others, key])
      for (let i = 0; i < 40; i++) replica.count(one, i % 4 === 0, at);
  await Promise.all(replicas.map((replica) => replica.flush()));
  expect(await written()).toMatchObject([{ requests: 120, failures: 30 }]);
});

test('counts that cannot be written are kept and written later, together with newer ones', async () => {
  const usage = counter();
  const at = new Date('2026-03-01T12:00:00Z');
  usage.count(key, false, at);
  await owner.query('revoke insert on api_key_usage from pellucid_app');
  try {
    await usage.flush();
    expect(await written()).toEqual([]);
    usage.count(key, true, at);
  } finally {
    await owner.query('grant insert on api_key_usage to pellucid_app');
  }
  await usage.flush();
  expect(await written()).toMatchObject([{ requests: 2, failures: 1 }]);
});

test('the usage of a deleted company does not block that of others', async () => {
  const usage = counter();
  usage.count({ ...key, tenantId: randomUUID() }, false);
  usage.count(key, false);
  await usage.flush();
  expect(await written()).toMatchObject([{ tenantId: key.tenantId, requests: 1 }]);
  await usage.flush();
  expect(await written()).toHaveLength(1);
});
