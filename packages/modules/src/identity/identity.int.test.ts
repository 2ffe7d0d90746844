import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { Schedules } from '@pellucid/platform/jobs';
import { ProvisioningRegistry } from '@pellucid/platform/tenancy';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { hashToken, newSecretToken, tokenOfMessage } from './secret-token.js';
import { SessionsRepository } from './sessions.repository.js';
import { type IdentityApi, identityApi, identityWorker, registration } from './testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
  await database?.drop();
});

const count = async (table: string) =>
  (await owner.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;
const register = async (change: object = {}) => {
  const wish = registration(change as Record<string, unknown>);
  const answer = await api.call('POST', '/auth/register', { body: wish });
  return { wish, answer };
};

test('when a step of a module fails, nothing of the company remains, and the address is free', async () => {
  const registry = api.app.get(ProvisioningRegistry);
  let failing = true;
  registry.register({
    name: 'test.fails-once',
    order: 1,
    run: async () => {
      if (failing) throw new Error('the step fails');
    },
  });
  const tables = [
    'tenant',
    'tenant_setting',
    'role',
    'member',
    'legal_entity',
    'identity',
    'session',
    'record_event',
    'event_outbox',
    'feed_head',
  ];
  const countAll = async () => {
    const counts: number[] = [];
    for (const table of tables) counts.push(await count(table));
    return counts;
  };
  const before = await countAll();
  const wish = registration();
  expect((await api.call('POST', '/auth/register', { body: wish })).status).toBe(500);
  expect(await countAll()).toEqual(before);
  failing = false;
  expect((await api.call('POST', '/auth/register', { body: wish })).status).toBe(201);
});

test('steps run in their order, inside the transaction, bound to the new tenant', async () => {
  const registry = api.app.get(ProvisioningRegistry);
  const seen: unknown[] = [];
  for (const [name, order] of [
    ['test.b', 20],
    ['test.a', 20],
    ['test.first', 10],
  ] as const)
    registry.register({
      name,
      order,
      run: async (uow, tenant) => {
        const [row] = await uow.run<{ members: number }>({
          text: 'select count(*)::int as members from member',
        });
        seen.push([name, tenant.id === uow.tenantId, row!.members]);
      },
    });
  expect((await register()).answer.status).toBe(201);
  expect(seen).toEqual([
    ['test.first', true, 1],
    ['test.a', true, 1],
    ['test.b', true, 1],
  ]);
  expect(() => registry.register({ name: 'test.a', order: 1, run: async () => {} })).toThrow('twice');
});

test('a reset mail is committed before the request is answered', async () => {
  const { wish } = await register();
  const answer = await api.call('POST', '/auth/forgot-password', { body: { email: wish.email } });
  expect(answer.status).toBe(204);
  const { rows } = await owner.query(
    `select state, reference, recipient_id from outbound_message where kind = 'identity.password-reset'`,
  );
  expect(rows).toEqual([
    { state: 'pending', reference: { identityId: expect.any(String) }, recipient_id: expect.any(String) },
  ]);
});

test('passwords and tokens are stored as hashes only', async () => {
  const { wish, answer } = await register();
  for (const table of ['identity', 'session', 'refresh_token', 'record_event', 'job', 'outbound_message']) {
    const { rows } = await owner.query(
      `select count(*)::int as hits from ${table} t where t::text like any($1)`,
      [[`%${wish.password}%`, `%${answer.refresh}%`, `%${answer.body.accessToken}%`]],
    );
    expect(rows, table).toEqual([{ hits: 0 }]);
  }
  const { rows } = await owner.query('select password_hash from identity where email = $1', [wish.email]);
  expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('the purge deletes what ended a month ago, and keeps used tokens of living sessions', async () => {
  const sessions = api.app.get(SessionsRepository);
  const { wish, answer } = await register();
  const living = await api.call('POST', '/auth/refresh', { refresh: answer.refresh });
  const old = await api.call('POST', '/auth/login', { body: { email: wish.email, password: wish.password } });
  const { rows } = await owner.query('select session_id from refresh_token where token_hash = $1', [
    hashToken(old.refresh!),
  ]);
  await owner.query(`update session set revoked_at = now() - interval '31 days' where id = $1`, [
    rows[0].session_id,
  ]);
  expect((await sessions.purge()).sessions).toBe(1);
  expect((await sessions.purge()).sessions).toBe(0);
  expect(await sessions.findByToken(old.refresh!)).toBeNull();
  expect(await sessions.findByToken(answer.refresh!)).toMatchObject({ alive: true });
  expect(await sessions.findByToken(living.refresh!)).toMatchObject({ replayed: false, alive: true });
});

test('a session cannot outlive its maximum age, and an idle one ends', async () => {
  const { answer } = await register();
  const hash = hashToken(answer.refresh!);
  const find = 'select session_id from refresh_token where token_hash = $1';
  await owner.query(`update session set created_at = now() - interval '89 days' where id = (${find})`, [
    hash,
  ]);
  const next = await api.call('POST', '/auth/refresh', { refresh: answer.refresh });
  const { rows } = await owner.query(
    `select expires_at < now() + interval '25 hours' as soon from session where id = (${find})`,
    [hash],
  );
  expect(rows).toEqual([{ soon: true }]);
  await owner.query(`update session set expires_at = now() - interval '1 second' where id = (${find})`, [
    hash,
  ]);
  expect((await api.call('POST', '/auth/refresh', { refresh: next.refresh })).status).toBe(401);
});

test('each attempt of a job mails the same link; other jobs and other keys result in different ones', () => {
  const key = Buffer.alloc(32, 1).toString('base64');
  expect(tokenOfMessage(key, 'invite', 'job-1')).toBe(tokenOfMessage(key, 'invite', 'job-1'));
  const tokens = [
    tokenOfMessage(key, 'invite', 'job-1'),
    tokenOfMessage(key, 'invite', 'job-2'),
    tokenOfMessage(key, 'reset', 'job-1'),
    tokenOfMessage(Buffer.alloc(32, 2).toString('base64'), 'invite', 'job-1'),
    newSecretToken(),
  ];
  expect(new Set(tokens).size).toBe(5);
  for (const token of tokens) expect(token).toHaveLength(43);
});

test('the worker logs leftover failed log-ins, once a minute', async () => {
  const { wish, answer } = await register();
  await owner.query(
    `insert into log_in_failure (identity_id, pending, logged_at) values ($1, 7, now() - interval '2 minutes')`,
    [answer.body.user.id],
  );
  const worker = await identityWorker(api.config);
  const schedules = worker.get(Schedules, { strict: false });
  await schedules.fire('tell-failed-log-ins');
  await schedules.fire('tell-failed-log-ins');
  const { rows } = await owner.query(
    `select changes, actor_id, origin, record_id from record_event where tenant_id = $1 and verb = 'logInFailed'`,
    [answer.body.tenant.id],
  );
  expect(rows).toEqual([
    {
      changes: { count: { after: 7 } },
      actor_id: null,
      origin: null,
      record_id: answer.body.user.memberId,
    },
  ]);
  expect(
    (await api.call('POST', '/auth/login', { body: { email: wish.email, password: wish.password } })).status,
  ).toBe(200);
  await worker.close();
});
