import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { type IdentityApi, identityApi, registration } from '../testing/identity-api.js';

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

async function register(change: Record<string, unknown> = {}) {
  const wish = registration(change);
  const answer = await api.call('POST', '/auth/register', { body: wish });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return { wish, ...answer.body, refresh: answer.refresh!, setCookie: answer.setCookie };
}
const logIn = (wish: { email: string; password: string }, more: object = {}, call = {}) =>
  api.call('POST', '/auth/login', { body: { email: wish.email, password: wish.password, ...more }, ...call });
const me = (token: string, headers = {}) => api.call('GET', '/auth/me', { token, headers });

test('a chosen language belongs to the log-in, and null follows the browser again', async () => {
  const { wish, accessToken } = await register();
  expect((await me(accessToken)).body.user.language).toBeNull();
  const change = (language: unknown) =>
    api.call('PATCH', '/auth/me', { token: accessToken, body: { language } });
  expect(await change('fr')).toMatchObject({ status: 422, body: { errors: [{ pointer: '/language' }] } });
  expect(await change('de')).toMatchObject({ status: 200, body: { user: { language: 'de' } } });
  const elsewhere = await logIn(wish);
  expect((await me(elsewhere.body.accessToken)).body.user.language).toBe('de');
  expect(await change(null)).toMatchObject({ status: 200, body: { user: { language: null } } });
});

test('registering answers 201 with token, user and tenant, and the administrator may do everything', async () => {
  const { wish, user, tenant, accessToken, expiresIn, setCookie } = await register();
  expect(expiresIn).toBe(900);
  expect(user).toEqual({
    id: expect.any(String),
    memberId: expect.any(String),
    name: wish.name,
    email: wish.email,
  });
  expect(tenant).toEqual({ id: expect.any(String), name: wish.companyName, subdomain: wish.subdomain });
  expect(setCookie).toMatch(/HttpOnly/);
  expect(setCookie).toMatch(/SameSite=Strict/);
  expect(setCookie).toMatch(/Path=\/api\/v1\/auth/);
  const known = await me(accessToken);
  expect(known.status).toBe(200);
  expect(known.body).toMatchObject({
    user,
    tenant,
    settings: { baseCurrency: 'USD' },
    permissions: ['*'],
    tenants: [tenant],
  });
  const entities = await api.call('GET', '/legal-entities', { token: accessToken });
  expect(entities.body.data.map((e: any) => e.name)).toEqual([wish.companyName]);
  const members = await api.call('GET', '/members', { token: accessToken });
  expect(members.body.data).toMatchObject([
    { id: user.memberId, name: wish.name, email: wish.email, status: 'active' },
  ]);
  const { rows } = await owner.query('select position from feed_head where tenant_id = $1', [tenant.id]);
  expect(rows).toEqual([{ position: '0' }]);
});

test('a taken subdomain gives 409 naming the field, and leaves nothing behind', async () => {
  const { wish } = await register();
  const second = registration({ subdomain: wish.subdomain.toUpperCase() });
  const answer = await api.call('POST', '/auth/register', { body: second });
  expect(answer.status).toBe(409);
  expect(answer.body.errors).toMatchObject([{ pointer: '/subdomain', code: 'subdomainTaken' }]);
  expect((await logIn(second)).status).toBe(401);
});

test('when two companies register the same subdomain at the same time, one gets it', async () => {
  const wishes = [registration(), registration()].map((w) => ({ ...w, subdomain: 'both-want-it' }));
  const answers = await Promise.all(wishes.map((body) => api.call('POST', '/auth/register', { body })));
  expect(answers.map((a) => a.status).sort()).toEqual([201, 409]);
});

test.each([
  ['a short password', { password: 'short' }, '/password', 'passwordTooShort'],
  ['a long password', { password: 'x y'.repeat(80) }, '/password', 'passwordTooLong'],
  ['a common password', { password: 'QwertyUIOP' }, '/password', 'passwordTooCommon'],
  ['one repeated character', { password: 'aaaaaaaaaaaaa' }, '/password', 'passwordTooCommon'],
  [
    'the company name as password',
    { companyName: 'Harbour Kettles', password: 'harbour kettles' },
    '/password',
    'passwordIsOwnName',
  ],
  ['a reserved subdomain', { subdomain: 'admin' }, '/subdomain', 'custom'],
  ['a subdomain with a blank', { subdomain: 'a b c' }, '/subdomain', 'invalid_format'],
  ['a blank company name', { companyName: '   ' }, '/companyName', 'custom'],
  ['no e-mail address', { email: 'nobody' }, '/email', 'invalid_format'],
  ['an unknown field', { tenantId: 'x' }, '/tenantId', 'unknownField'],
  ['no IANA zone', { zone: '+02:00' }, '/zone', 'custom'],
  ['no currency', { baseCurrency: 'DEM' }, '/baseCurrency', 'custom'],
])('%s is refused with 422 naming the field', async (_name, change, pointer, code) => {
  const answer = await api.call('POST', '/auth/register', { body: registration(change) });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
});

test('a NUL in a name and malformed JSON are refused, never stored', async () => {
  expect(
    (await api.call('POST', '/auth/register', { body: registration({ name: 'a\u0000b' }) })).status,
  ).toBe(422);
  const malformed = await api.call('POST', '/auth/register', {
    body: '{"email": ',
    headers: { 'content-type': 'application/json' },
  });
  expect(malformed.status).toBe(400);
});

test('a second company requires the password of the existing log-in, which does not change', async () => {
  const first = await register();
  const other = { ...registration(), email: first.wish.email.toUpperCase() };
  expect(
    (await api.call('POST', '/auth/register', { body: { ...other, password: 'not the right one 5' } }))
      .status,
  ).toBe(401);
  const second = await api.call('POST', '/auth/register', { body: other });
  expect(second.status).toBe(201);
  expect(second.body.user.id).toBe(first.user.id);
  expect(second.body.user.memberId).not.toBe(first.user.memberId);
  expect((await me(second.body.accessToken)).body.tenants.map((t: any) => t.id).sort()).toEqual(
    [first.tenant.id, second.body.tenant.id].sort(),
  );
});

test('a wrong password and an unknown address give the same 401', async () => {
  const { wish } = await register();
  const wrong = await logIn({ ...wish, password: 'wrong password here' });
  const unknown = await logIn({ email: `nobody-${wish.email}`, password: wish.password });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  const { correlationId: _a, ...one } = wrong.body;
  const { correlationId: _b, ...two } = unknown.body;
  expect(one).toEqual(two);
});

test('the same password typed in another Unicode form logs in', async () => {
  const { wish } = await register({ password: 'café au lait 99'.normalize('NFC') });
  expect((await logIn({ ...wish, password: wish.password.normalize('NFD') })).status).toBe(200);
});

test('log-in without tenant opens the last used company, and switch changes it', async () => {
  const first = await register();
  const second = await api.call('POST', '/auth/register', {
    body: { ...registration(), email: first.wish.email },
  });
  expect((await logIn(first.wish)).body.tenant.id).toBe(second.body.tenant.id);
  expect((await logIn(first.wish, { tenant: first.wish.subdomain })).body.tenant.id).toBe(first.tenant.id);
  expect((await logIn(first.wish)).body.tenant.id).toBe(first.tenant.id);

  const present = await logIn(first.wish, { tenant: first.tenant.id });
  const switched = await api.call('POST', '/auth/switch', {
    token: present.body.accessToken,
    body: { tenantId: second.body.tenant.id },
  });
  expect(switched.status).toBe(200);
  expect(switched.body.tenant.id).toBe(second.body.tenant.id);
  expect((await me(switched.body.accessToken)).body.tenant.id).toBe(second.body.tenant.id);
  expect((await logIn(first.wish)).body.tenant.id).toBe(second.body.tenant.id);
  expect((await api.call('POST', '/auth/refresh', { refresh: present.refresh })).status).toBe(401);
  expect((await api.call('POST', '/auth/refresh', { refresh: switched.refresh })).status).toBe(200);
});

test('a company without a membership gives 404 on log-in and on switch, as does one that does not exist', async () => {
  const [mine, theirs] = [await register(), await register()];
  for (const tenant of [theirs.tenant.id, theirs.wish.subdomain, 'no-such-company'])
    expect((await logIn(mine.wish, { tenant })).status).toBe(404);
  for (const tenantId of [theirs.tenant.id, crypto.randomUUID()])
    expect(
      (await api.call('POST', '/auth/switch', { token: mine.accessToken, body: { tenantId } })).status,
    ).toBe(404);
});

test('a forged, an empty and a missing refresh token give 401', async () => {
  for (const refresh of ['x'.repeat(43), undefined])
    expect((await api.call('POST', '/auth/refresh', { refresh })).status).toBe(401);
});

test('the refresh cookie works from our own origin only', async () => {
  const { refresh } = await register();
  const tryFrom = (headers: Record<string, string>) =>
    api.call('POST', '/auth/refresh', { refresh, headers: { host: 'crm.example.com', ...headers } });
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://crm.example.com.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[]) {
    expect((await tryFrom(headers)).status).toBe(403);
    expect(
      (await api.call('POST', '/auth/logout', { refresh, headers: { host: 'crm.example.com', ...headers } }))
        .status,
    ).toBe(403);
  }
  expect((await tryFrom({ origin: 'https://crm.example.com' })).status).toBe(200);
});

test('logging out ends the session at once, and doing it again does no harm', async () => {
  const { refresh, accessToken } = await register();
  const out = await api.call('POST', '/auth/logout', { refresh });
  expect(out.status).toBe(204);
  expect(out.setCookie).toMatch(/pellucid_refresh=;/);
  expect((await me(accessToken)).status).toBe(401);
  expect((await api.call('POST', '/auth/refresh', { refresh })).status).toBe(401);
  expect((await api.call('POST', '/auth/logout', { refresh })).status).toBe(204);
});

test('one’s own sessions are listed and can be ended; those of others give 404', async () => {
  const [mine, theirs] = [await register(), await register()];
  const second = await logIn(mine.wish, {}, { headers: { 'user-agent': 'Phone' } });
  const list = await api.call('GET', '/auth/sessions', { token: mine.accessToken });
  expect(list.body.data).toHaveLength(2);
  expect(list.body.data.filter((s: any) => s.current)).toHaveLength(1);
  const phone = list.body.data.find((s: any) => s.userAgent === 'Phone');
  expect((await api.call('DELETE', `/auth/sessions/${phone.id}`, { token: theirs.accessToken })).status).toBe(
    404,
  );
  expect((await me(second.body.accessToken)).status).toBe(200);
  expect((await api.call('DELETE', `/auth/sessions/${phone.id}`, { token: mine.accessToken })).status).toBe(
    204,
  );
  expect((await me(second.body.accessToken)).status).toBe(401);
  expect((await api.call('DELETE', `/auth/sessions/${phone.id}`, { token: mine.accessToken })).status).toBe(
    404,
  );
  expect((await me(mine.accessToken)).status).toBe(200);
});

test('X-Tenant naming another company gives 404; one’s own by id or subdomain is accepted', async () => {
  const [mine, theirs] = [await register(), await register()];
  for (const tenant of [theirs.tenant.id, theirs.wish.subdomain, 'no-such'])
    expect((await me(mine.accessToken, { 'x-tenant': tenant })).status).toBe(404);
  for (const tenant of [mine.tenant.id, mine.wish.subdomain, mine.wish.subdomain.toUpperCase()])
    expect((await me(mine.accessToken, { 'x-tenant': tenant })).status).toBe(200);
  const refused = await api.call('POST', '/auth/refresh', {
    refresh: mine.refresh,
    headers: { 'x-tenant': theirs.tenant.id },
  });
  expect(refused.status).toBe(404);
  expect((await api.call('POST', '/auth/refresh', { refresh: mine.refresh })).status).toBe(200);
});

test('a suspended company gives 403 everywhere, and its sessions continue once it is active again', async () => {
  const { wish, accessToken, refresh, tenant } = await register();
  const set = (status: string) =>
    owner.query('update tenant set status = $2, access_version = access_version + 1 where id = $1', [
      tenant.id,
      status,
    ]);
  await set('suspended');
  await expect.poll(() => me(accessToken).then((a) => a.status), { timeout: 60_000 }).toBe(403);
  expect((await logIn(wish)).status).toBe(403);
  expect((await logIn(wish, { tenant: tenant.id })).status).toBe(403);
  expect((await api.call('POST', '/auth/refresh', { refresh })).status).toBe(403);
  await set('active');
  await expect.poll(() => me(accessToken).then((a) => a.status), { timeout: 60_000 }).toBe(200);
  expect((await api.call('POST', '/auth/refresh', { refresh })).status).toBe(200);
});

test('changing the password requires the current one and ends the other sessions', async () => {
  const { wish, accessToken } = await register();
  const other = await logIn(wish);
  const change = (currentPassword: string, newPassword: string) =>
    api.call('POST', '/auth/change-password', { token: accessToken, body: { currentPassword, newPassword } });
  expect((await change('wrong one entirely', 'another good phrase 8')).body.errors).toMatchObject([
    { pointer: '/currentPassword' },
  ]);
  expect((await change(wish.password, 'short')).body.errors).toMatchObject([{ pointer: '/newPassword' }]);
  expect((await change(wish.password, 'another good phrase 8')).status).toBe(204);
  expect((await me(accessToken)).status).toBe(200);
  expect((await me(other.body.accessToken)).status).toBe(401);
  expect((await logIn(wish)).status).toBe(401);
  expect((await logIn({ ...wish, password: 'another good phrase 8' })).status).toBe(200);
});

test('guessing gets 429 and Retry-After, and the owner can still log in from elsewhere', async () => {
  const { wish } = await register();
  const guess = () => logIn({ ...wish, password: 'a wrong guess 123' }, {}, { from: '203.0.113.9' });
  let last = await guess();
  for (let i = 0; i < 20 && last.status === 401; i++) last = await guess();
  expect(last.status).toBe(429);
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  expect((await logIn(wish, {}, { from: '203.0.113.9' })).status).toBe(429);
  expect((await logIn(wish, {}, { from: '203.0.113.10' })).status).toBe(200);
  const unknown = { email: `unknown-${wish.email}`, password: 'a wrong guess 123' };
  let stranger = await logIn(unknown, {}, { from: '203.0.113.11' });
  for (let i = 0; i < 20 && stranger.status === 401; i++)
    stranger = await logIn(unknown, {}, { from: '203.0.113.11' });
  expect(stranger.status).toBe(429);
});

test('every answer carries the RateLimit headers', async () => {
  const { accessToken } = await register();
  for (const answer of [await me(accessToken), await api.call('POST', '/auth/login', { body: {} })]) {
    expect(Number(answer.headers['ratelimit-limit'])).toBeGreaterThan(0);
    expect(Number(answer.headers['ratelimit-remaining'])).toBeGreaterThanOrEqual(0);
    expect(Number(answer.headers['ratelimit-reset'])).toBeGreaterThan(0);
  }
});
