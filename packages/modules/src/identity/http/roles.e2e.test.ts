import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import {
  type IdentityApi,
  identityApi,
  identityWorker,
  mailedToken,
  registration,
} from '../testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
/** Another replica of the API with the same database and secret. */
let replica: IdentityApi;
let worker: INestApplicationContext;
let admin: any;
let other: any;
let roles: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database);
  replica = await identityApi(database, { JWT_SECRET: api.config.JWT_SECRET });
  worker = await identityWorker(api.config);
});
afterAll(async () => {
  await api?.close();
  await replica?.close();
  await worker?.close();
  await database?.drop();
});
beforeEach(async () => {
  const wish = registration();
  admin = (await api.call('POST', '/auth/register', { body: wish })).body;
  const { data } = (await api.call('GET', '/roles', { token: admin.accessToken })).body;
  roles = Object.fromEntries(data.map((role: any) => [role.key, role.id]));
  const email = `second-${wish.email}`;
  await api.call('POST', '/members/invite', {
    token: admin.accessToken,
    body: { email, name: 'Second', roleIds: [roles['companyAdmin']] },
  });
  const token = await mailedToken(api.config, email);
  other = (
    await api.call('POST', '/auth/accept-invite', {
      body: { token, name: 'Second', password: 'lantern over water 9' },
    })
  ).body;
});

const assign = (memberId: string, roleIds: string[], by = admin) =>
  api.call('PUT', `/members/${memberId}/roles`, { token: by.accessToken, body: { roleIds } });

test('the four built-in roles are listed with what they allow', async () => {
  const { body } = await api.call('GET', '/roles', { token: admin.accessToken });
  expect(body.data.map((role: any) => [role.key, role.builtIn])).toEqual([
    ['companyAdmin', true],
    ['salesManager', true],
    ['salesRep', true],
    ['readOnly', true],
  ]);
  expect(body.data[3].permissions).toEqual([{ object: '*', action: 'read', scope: 'all' }]);
});

test('a removed role no longer applies on another replica within a second, even in an open session', async () => {
  const create = () =>
    replica.call('POST', '/teams', {
      token: other.accessToken,
      body: { name: `Team ${crypto.randomUUID()}` },
    });
  expect((await create()).status).toBe(201);
  const answer = await assign(other.user.memberId, [roles['readOnly']!]);
  expect(answer.body).toEqual({ memberId: other.user.memberId, roleIds: [roles['readOnly']] });
  await vi.waitUntil(async () => (await create()).status === 403, { timeout: 60_000, interval: 50 });
});

test('a session ended here is refused on another replica within a second', async () => {
  const me = () => replica.call('GET', '/auth/me', { token: other.accessToken });
  expect((await me()).status).toBe(200);
  const sessions = await api.call('GET', '/auth/sessions', { token: other.accessToken });
  const { id } = sessions.body.data[0];
  expect((await api.call('DELETE', `/auth/sessions/${id}`, { token: other.accessToken })).status).toBe(204);
  await vi.waitUntil(async () => (await me()).status === 401, { timeout: 60_000, interval: 50 });
});

test('the last administrator keeps their rights, whatever path the change takes', async () => {
  expect((await assign(other.user.memberId, [roles['salesRep']!])).status).toBe(200);
  const demoted = await assign(admin.user.memberId, [roles['salesRep']!]);
  expect([demoted.status, demoted.body.code]).toEqual([409, 'lastAdmin']);
  const removed = await api.call('DELETE', `/members/${admin.user.memberId}`, { token: admin.accessToken });
  expect(removed.status).toBe(409);
  expect((await assign(admin.user.memberId, [roles['companyAdmin']!, roles['salesRep']!])).status).toBe(200);
});

test('when two administrators demote each other at the same time, one remains', async () => {
  const answers = await Promise.all([
    assign(other.user.memberId, [], admin),
    assign(admin.user.memberId, [], other),
  ]);
  expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
});

test('a deleted member loses access at once', async () => {
  const removed = await api.call('DELETE', `/members/${other.user.memberId}`, { token: admin.accessToken });
  expect(removed.status).toBeLessThan(300);
  expect((await api.call('GET', '/auth/me', { token: other.accessToken })).status).toBe(401);
});

test.each([
  ['one by one', (id: string, on: boolean) => (on ? `/members/${id}/restore` : `/members/${id}`)],
  ['in bulk', () => '/members/bulk'],
])('sessions from before a deletion (%s) do not open again with the restored member', async (how, path) => {
  const { memberId } = other.user;
  const asAdmin = { token: admin.accessToken };
  const write = (action: 'delete' | 'restore') =>
    how === 'in bulk'
      ? api.call('POST', '/members/bulk', { ...asAdmin, body: { action, ids: [memberId] } })
      : api.call(action === 'delete' ? 'DELETE' : 'POST', path(memberId, action === 'restore'), asAdmin);
  const logIn = { email: other.user.email, password: 'lantern over water 9' };
  const before = await api.call('POST', '/auth/login', { body: logIn });
  const unused = await api.call('POST', '/auth/login', { body: logIn });
  const me = (token: string, on = api) => on.call('GET', '/auth/me', { token });
  expect((await me(before.body.accessToken, replica)).status).toBe(200);

  expect((await write('delete')).status).toBeLessThan(300);
  const mine = await replica.call('POST', '/auth/refresh', { refresh: unused.refresh! });
  expect(mine.status).toBe(401);
  expect((await write('restore')).status).toBeLessThan(300);
  expect((await api.call('GET', `/members/${memberId}`, asAdmin)).status).toBe(200);

  expect((await me(before.body.accessToken)).status).toBe(401);
  await vi.waitUntil(async () => (await me(before.body.accessToken, replica)).status === 401, {
    timeout: 60_000,
    interval: 50,
  });
  expect((await me(unused.body.accessToken, replica)).status).toBe(401);
  for (const { refresh } of [before, unused])
    expect((await api.call('POST', '/auth/refresh', { refresh: refresh! })).status).toBe(401);
  const again = await api.call('POST', '/auth/login', { body: logIn });
  expect(again.status).toBe(200);
  expect((await me(again.body.accessToken)).status).toBe(200);
});

test('if a deletion was interrupted before it ended the sessions, undoing it revives none of them', async () => {
  const { memberId } = other.user;
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await owner.query(`update member set deleted_at = now() where id = $1`, [memberId]);
    await owner.query(`update tenant set access_version = access_version + 1 where id = $1`, [
      admin.tenant.id,
    ]);
  } finally {
    await owner.end();
  }
  const restored = await api.call('POST', `/members/${memberId}/restore`, { token: admin.accessToken });
  expect(restored.status).toBeLessThan(300);
  expect((await api.call('GET', '/auth/me', { token: other.accessToken })).status).toBe(401);
});

test('an unknown role gives 422 by index, an unknown member 404, a malformed id 400', async () => {
  const unknown = await assign(other.user.memberId, [crypto.randomUUID()]);
  expect(unknown.body.errors).toMatchObject([{ pointer: '/roleIds/0', code: 'unknownRole' }]);
  expect((await assign(crypto.randomUUID(), [])).status).toBe(404);
  expect((await assign('not-an-id', [])).status).toBe(400);
});

test('a deactivated member is refused at once, keeps their roles, and works again once activated', async () => {
  const { memberId } = other.user;
  const asAdmin = { token: admin.accessToken };
  expect((await api.call('POST', `/members/${memberId}/deactivate`, asAdmin)).status).toBe(204);
  expect((await api.call('GET', '/auth/me', { token: other.accessToken })).status).not.toBe(200);
  const again = await api.call('POST', `/members/${memberId}/deactivate`, asAdmin);
  expect([again.status, again.body.code]).toEqual([409, 'memberStatus']);

  expect((await api.call('POST', `/members/${memberId}/activate`, asAdmin)).status).toBe(204);
  const { data } = (await api.call('GET', '/role-assignments', asAdmin)).body;
  expect(data).toContainEqual({ memberId, roleIds: [roles['companyAdmin']] });
});

test('sessions from before a deactivation do not work again after the reactivation', async () => {
  const { memberId } = other.user;
  const asAdmin = { token: admin.accessToken };
  const before = await api.call('POST', '/auth/login', {
    body: { email: other.user.email, password: 'lantern over water 9' },
  });
  expect((await api.call('POST', `/members/${memberId}/deactivate`, asAdmin)).status).toBe(204);
  const logIn = { email: other.user.email, password: 'lantern over water 9', tenant: admin.tenant.id };
  expect((await api.call('POST', '/auth/login', { body: logIn })).status).toBe(404);
  expect((await api.call('POST', `/members/${memberId}/activate`, asAdmin)).status).toBe(204);

  expect((await api.call('GET', '/auth/me', { token: before.body.accessToken })).status).toBe(401);
  expect((await api.call('POST', '/auth/refresh', { refresh: before.refresh! })).status).toBe(401);
  expect((await api.call('POST', '/auth/login', { body: logIn })).status).toBe(200);
});

test('nobody deactivates themselves', async () => {
  const { status, body } = await api.call('POST', `/members/${admin.user.memberId}/deactivate`, {
    token: admin.accessToken,
  });
  expect([status, body.code]).toEqual([409, 'ownMembership']);
});

test('only people who manage users see who has which role', async () => {
  await assign(other.user.memberId, [roles['salesRep']!]);
  expect((await api.call('GET', '/role-assignments', { token: other.accessToken })).status).toBe(403);
});
