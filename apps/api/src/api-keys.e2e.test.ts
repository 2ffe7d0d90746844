import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@pellucid/platform/config';
import { EndpointRegistry } from '@pellucid/platform/http';
import {
  eventually,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  testEnvironment,
  testRedis,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApi } from './bootstrap.js';
import {
  type ApiCall,
  registerCompany,
  type TestApi,
  type TestCompany,
  testApi,
} from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { requestOf } from './testing/route-rules.js';
import { multipart, seededWorld } from './testing/seeded-world.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));

let database: TestDatabase;
let api: TestApi;
/** Another replica. It shares only the database and the master key. */
let replica: TestApi;
let owner: pg.Client;
let company: TestCompany;
let worker: TestProcess | undefined;
/** IDs of the company's roles by key. */
let roles: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  replica = await testApi(database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  company = await registerCompany(api);
  roles = await rolesOf(company);
});
afterAll(async () => {
  await worker?.kill();
  await owner?.end();
  await replica?.close();
  await api?.close();
  await database?.drop();
});

async function rolesOf({ token }: TestCompany): Promise<Record<string, string>> {
  const { data } = (await api.call('GET', '/roles', { token })).body;
  return Object.fromEntries(data.map((role: { key: string; id: string }) => [role.key, role.id]));
}

const admin = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.call(method, path, { token: company.token, headers, ...(body === undefined ? {} : { body }) });

/** Creates a key. Returns its ID and text. */
async function make(given: Record<string, unknown> = {}, of = company): Promise<{ id: string; key: string }> {
  const { companyAdmin } = await rolesOf(of);
  const body = { name: 'Shop', roleId: companyAdmin, ...given };
  const answer = await api.call('POST', '/api-keys', { token: of.token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const using = (key: string, call: ApiCall = {}): ApiCall => ({ ...call, token: key });
const read = (key: string, from = api) => from.call('GET', '/accounts?limit=1', using(key));
/** Outcome of a request with the key, as status and code. */
const outcome = async (key: string, from = api) => {
  const { status, body } = await read(key, from);
  return status === 200 ? 'allowed' : `${status} ${body.code}`;
};
const soon = (key: string, expected: string, from = api) =>
  vi.waitUntil(async () => (await outcome(key, from)) === expected, {
    timeout: 60_000,
    interval: 25,
  });

/** Changes the key's row behind the API's back. Every replica sees the change. */
async function setRow(id: string, assignment: string): Promise<void> {
  await owner.query(`update api_key set ${assignment} where id = $1`, [id]);
  await owner.query('update tenant set access_version = access_version + 1 where id = $1', [
    company.tenantId,
  ]);
}

const events = async (id: string) =>
  (
    await owner.query(
      `select verb, actor_kind as actor, actor_id as "actorId", changes, origin from record_event
        where object = 'security.apiKey' and record_id = $1 order by id`,
      [id],
    )
  ).rows;

describe('a key', () => {
  test('is shown once, works in either header, and later answers never contain it', async () => {
    const made = await admin('POST', '/api-keys', {
      name: '  Web shop ',
      roleId: roles['readOnly'],
      allowedAddresses: ['127.0.0.0/8'],
      ratePerMinute: 50,
      expiresAt: '2099-01-01T01:00:00+01:00',
    });
    expect(made).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/api-keys/${made.body.id}` },
      body: {
        name: 'Web shop',
        roleId: roles['readOnly'],
        roleName: 'Read Only',
        state: 'active',
        expiresAt: '2099-01-01T00:00:00.000Z',
        revokedAt: null,
        lastUsedAt: null,
        allowedAddresses: ['127.0.0.0/8'],
        ratePerMinute: 50,
        createdBy: { id: company.memberId, name: 'Ada Admin' },
        version: 1,
      },
    });
    const { id, key } = made.body;
    const plain = (uuid: string) => uuid.replaceAll('-', '');
    expect(key).toMatch(new RegExp(`^plc_${plain(company.tenantId)}_${plain(id)}_[\\w-]{43}$`));
    expect(await outcome(key)).toBe('allowed');
    expect((await api.call('GET', '/accounts', { headers: { 'x-api-key': key } })).status).toBe(200);
    expect((await api.call('GET', '/accounts', using(key, { headers: { 'x-api-key': key } }))).status).toBe(
      200,
    );

    const listed = await admin('GET', '/api-keys');
    const got = await admin('GET', `/api-keys/${id}`);
    expect(got).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { id, name: 'Web shop' } });
    expect(JSON.stringify([listed.body, got.body])).not.toContain(key.slice(-43));
    expect(got.body).not.toHaveProperty('key');
  });

  test('is not in the database: only its hash is, in one row', async () => {
    const idempotent = { 'idempotency-key': randomUUID() };
    const { id, key } = (
      await admin('POST', '/api-keys', { name: 'Scan', roleId: roles['readOnly'] }, idempotent)
    ).body;
    const rotated = (
      await admin(
        'POST',
        `/api-keys/${id}/rotate`,
        { overlapMinutes: 5 },
        { 'idempotency-key': randomUUID() },
      )
    ).body.key;
    await read(rotated);
    const { rows: tables } = await owner.query(
      `select c.oid::regclass::text as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
    );
    const holding = async (text: string) => {
      const found: string[] = [];
      for (const { name } of tables) {
        const { rows } = await owner.query(
          `select count(*)::int as n from ${name} t where position($1 in t::text) > 0`,
          [text],
        );
        if (rows[0].n > 0) found.push(`${name} ${rows[0].n}`);
      }
      return found;
    };
    expect(tables.length).toBeGreaterThan(30);
    for (const secret of [key, rotated]) {
      expect(await holding(secret.slice(-43))).toEqual([]);
      // In bytea columns, base64 content would show as hex.
      expect(await holding(Buffer.from(secret.slice(-43)).toString('hex'))).toEqual([]);
    }
    const hash = createHash('sha256').update(rotated).digest('hex');
    expect(await holding(hash)).toEqual(['api_key 1']);
  });

  test('is made once for a repeated request, which does not show it again', async () => {
    const body = { name: 'Twice', roleId: roles['readOnly'] };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await admin('POST', '/api-keys', body, headers);
    const second = await admin('POST', '/api-keys', body, headers);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id, key: null } });
    expect((await admin('POST', '/api-keys', { ...body, name: 'Other' }, headers)).status).toBe(422);
    const turn = { 'idempotency-key': randomUUID() };
    const rotate = () => admin('POST', `/api-keys/${first.body.id}/rotate`, { overlapMinutes: 0 }, turn);
    const { key } = (await rotate()).body;
    expect((await rotate()).body).toMatchObject({ key: null, version: 2 });
    expect(await outcome(key)).toBe('allowed');
  });

  test('with anything wrong in it is refused by field', async () => {
    const problems = async (body: object) => {
      const answer = await admin('POST', '/api-keys', { name: 'Bad', roleId: roles['readOnly'], ...body });
      expect(answer.status).toBe(422);
      return answer.body.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`);
    };
    expect(
      await problems({
        name: '  ',
        expiresAt: '2020-01-01T00:00:00Z',
        allowedAddresses: ['192.0.2.0/24', '10.0.0.300', '10.0.0.1/8'],
        roleId: randomUUID(),
      }),
    ).toEqual([
      '/name too_small',
      '/roleId unknownRole',
      '/expiresAt pastExpiry',
      '/allowedAddresses/1 invalidAddress',
      '/allowedAddresses/2 invalidAddress',
    ]);
    expect(await problems({ ratePerMinute: 0 })).toEqual(['/ratePerMinute too_small']);
    expect(await problems({ expiresAt: 'tomorrow' })).toEqual(['/expiresAt invalid_format']);
    expect(await problems({ tenantId: randomUUID() })).toEqual(['/tenantId unknownField']);
    const { id } = await make();
    const change = (body: object) => admin('PATCH', `/api-keys/${id}`, body);
    expect((await change({ roleId: randomUUID() })).body.errors[0].pointer).toBe('/roleId');
    expect((await change({ allowedAddresses: ['x'] })).body.errors[0].pointer).toBe('/allowedAddresses/0');
    const rotate = await admin('POST', `/api-keys/${id}/rotate`, {});
    expect(rotate.body.errors[0].pointer).toBe('/overlapMinutes');
  });

  test('is changed field by field, with a check of the version', async () => {
    const { id } = await make({ allowedAddresses: ['::1'], ratePerMinute: 7 });
    const changed = await admin('PATCH', `/api-keys/${id}`, { name: 'Renamed', ratePerMinute: null });
    expect(changed).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { name: 'Renamed', ratePerMinute: null, allowedAddresses: ['::1'], version: 2 },
    });
    const stale = await admin('PATCH', `/api-keys/${id}`, { name: 'Late' }, { 'if-match': '"1"' });
    expect(stale).toMatchObject({
      status: 412,
      body: { code: 'versionConflict', current: { name: 'Renamed' } },
    });
    expect((await admin('PATCH', `/api-keys/${id}`, { name: 'Renamed' })).body.version).toBe(2);
    expect(await events(id)).toMatchObject([
      { verb: 'apiKeyCreated', actor: 'member', actorId: company.memberId },
      {
        verb: 'apiKeyChanged',
        changes: { name: { before: 'Shop', after: 'Renamed' }, ratePerMinute: { before: 7, after: null } },
      },
    ]);
  });

  test('is listed newest first, page by page and by state', async () => {
    const other = await registerCompany(api);
    const ids: string[] = [];
    for (const name of ['1', '2', '3']) ids.unshift((await make({ name }, other)).id);
    await api.call('DELETE', `/api-keys/${ids[2]}`, { token: other.token });
    const page = async (query: string) =>
      (await api.call('GET', `/api-keys?${query}`, { token: other.token })).body;
    const first = await page('limit=2');
    expect(first.data.map((k: { id: string }) => k.id)).toEqual(ids.slice(0, 2));
    const rest = await page(`limit=2&cursor=${first.page.nextCursor}`);
    expect(rest).toMatchObject({
      data: [{ id: ids[2], state: 'revoked' }],
      page: { nextCursor: null, hasMore: false },
    });
    expect((await page('state=active')).data).toHaveLength(2);
    expect((await page('state=revoked')).data).toHaveLength(1);
    expect((await page(`state=active&cursor=${first.page.nextCursor}`)).code).toBe('invalidCursor');
  });
});

describe('a request', () => {
  test('with an unknown key is refused, and reveals nothing about existing keys', async () => {
    const { key } = await make();
    const [, tenant, id, secret] = /^plc_(\w{32})_(\w{32})_(.+)$/.exec(key)!;
    const hex = () => randomUUID().replaceAll('-', '');
    for (const wrong of [
      'plc_',
      key.slice(0, -1),
      `plc_${tenant}_${id}_${'A'.repeat(43)}`,
      `plc_${tenant}_${hex()}_${secret}`,
      `plc_${hex()}_${id}_${secret}`,
    ])
      expect(await outcome(wrong), wrong).toBe('401 invalidKey');
    const nonsense = await api.call('GET', '/accounts', { headers: { 'x-api-key': 'nonsense' } });
    expect(nonsense).toMatchObject({ status: 401, body: { code: 'invalidKey' } });
    expect(nonsense.headers['content-type']).toContain('application/problem+json');
  });

  test('with two different credentials is refused', async () => {
    const [one, two] = [await make(), await make()];
    const both = (authorization: string, own: string) =>
      api.call('GET', '/accounts', { headers: { authorization, 'x-api-key': own } });
    for (const answer of [
      await both(`Bearer ${one.key}`, two.key),
      await both(`Bearer ${company.token}`, one.key),
      await both('Basic YTpi', one.key),
    ])
      expect(answer).toMatchObject({ status: 401, body: { code: 'twoCredentials' } });
    expect((await both(`bearer ${one.key}`, one.key)).status).toBe(200);
  });

  test('from an address that the key does not allow is refused, whatever its headers say', async () => {
    const { id, key } = await make({ allowedAddresses: ['198.51.100.0/24', '2001:db8::7'] });
    const from = async (remoteAddress: string, headers: Record<string, string> = {}, on = api) =>
      (
        await on.app.inject({
          url: '/api/v1/accounts',
          remoteAddress,
          headers: { authorization: `Bearer ${key}`, ...headers },
        })
      ).json().code ?? 'allowed';
    expect(await from('198.51.100.200')).toBe('allowed');
    expect(await from('::ffff:198.51.100.1')).toBe('allowed');
    expect(await from('2001:db8:0::7')).toBe('allowed');
    expect(await from('203.0.113.9')).toBe('keyAddress');
    const spoofed = {
      'x-forwarded-for': '198.51.100.1',
      'x-real-ip': '198.51.100.1',
      forwarded: 'for=198.51.100.1',
    };
    expect(await from('203.0.113.9', spoofed)).toBe('keyAddress');

    const environment = { ...api.environment, PELLUCID_TRUST_PROXY: '1' };
    const app = await createApi(loadConfig(environment));
    await app.init();
    const behindProxy = { ...api, app };
    try {
      expect(await from('10.0.0.1', { 'x-forwarded-for': '198.51.100.1' }, behindProxy)).toBe('allowed');
      // Only the last hop was written by the proxy itself.
      expect(await from('10.0.0.1', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }, behindProxy)).toBe(
        'keyAddress',
      );
    } finally {
      await app.close();
    }
    await admin('PATCH', `/api-keys/${id}`, { allowedAddresses: [] });
    expect(await from('203.0.113.9')).toBe('allowed');
  });

  test('of a key past its expiry is refused, until it is rotated with a new one', async () => {
    const { id, key } = await make({ expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
    expect(await outcome(key)).toBe('allowed');
    await setRow(id, `expires_at = now() - interval '1 second'`);
    await soon(key, '401 keyExpired');
    expect((await admin('GET', `/api-keys/${id}`)).body.state).toBe('expired');
    expect((await admin('PATCH', `/api-keys/${id}`, { name: 'Still mine' })).status).toBe(200);
    const rotate = (body: object) => admin('POST', `/api-keys/${id}/rotate`, { overlapMinutes: 0, ...body });
    expect((await rotate({})).body.errors[0]).toMatchObject({ pointer: '/expiresAt', code: 'pastExpiry' });
    const rotated = await rotate({ expiresAt: null });
    expect(rotated.body).toMatchObject({ state: 'active', expiresAt: null });
    expect(await outcome(rotated.body.key)).toBe('allowed');
  });

  test('of a revoked key is permanently refused on another replica within a second', async () => {
    const { id, key } = await make();
    expect(await outcome(key, replica)).toBe('allowed');
    expect((await admin('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await outcome(key)).toBe('401 keyRevoked');
    await soon(key, '401 keyRevoked', replica);
    expect((await admin('DELETE', `/api-keys/${id}`)).status).toBe(204);
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Again' }],
      ['POST', '/rotate', { overlapMinutes: 5 }],
    ] as const)
      expect(await admin(method, `/api-keys/${id}${path}`, body)).toMatchObject({
        status: 409,
        body: { code: 'keyRevoked' },
      });
    const revoked = (await events(id)).filter(({ verb }) => verb === 'apiKeyRevoked');
    expect(revoked).toHaveLength(1);
    // An answer to a wrong secret doesn't tell that the key exists.
    expect(await outcome(`${key.slice(0, -43)}${'A'.repeat(43)}`)).toBe('401 invalidKey');
  });

  test('with the secret before a rotation works during the overlap and no longer', async () => {
    const { id, key: first } = await make();
    const rotate = async (overlapMinutes: number) =>
      (await admin('POST', `/api-keys/${id}/rotate`, { overlapMinutes })).body;
    const second = await rotate(10);
    expect(new Date(second.previousUntil).getTime()).toBeGreaterThan(Date.now() + 9 * 60_000);
    expect([await outcome(first), await outcome(second.key)]).toEqual(['allowed', 'allowed']);
    await soon(second.key, 'allowed', replica);
    expect(await outcome(first, replica)).toBe('allowed');

    await setRow(id, `previous_until = now() - interval '1 second'`);
    await soon(first, '401 keyRevoked');
    expect(await outcome(second.key)).toBe('allowed');
    expect((await admin('GET', `/api-keys/${id}`)).body.previousUntil).toBeNull();

    const third = await rotate(10);
    const fourth = await rotate(0);
    expect([await outcome(second.key), await outcome(third.key), await outcome(fourth.key)]).toEqual([
      '401 invalidKey',
      '401 invalidKey',
      'allowed',
    ]);
    expect((await events(id)).filter(({ verb }) => verb === 'apiKeyRotated')).toHaveLength(3);
  });

  test('past the key’s own limit is refused with the standard headers, counted over replicas', async () => {
    const redis = await testRedis();
    const environment = { ...testEnvironment(database, redis.url), PELLUCID_RATE_LIMITS: 'on' };
    const apps = [await createApi(loadConfig(environment)), await createApi(loadConfig(environment))];
    try {
      for (const app of apps) await app.init();
      const { key } = await make({ ratePerMinute: 6 });
      const other = await make();
      const get = (n: number, token: string) =>
        apps[n % 2]!.inject({ url: '/api/v1/accounts', headers: { authorization: `Bearer ${token}` } });
      // The limiter lets everything through until it is connected.
      for (const n of [0, 1])
        await eventually(
          async () => Number((await get(n, other.key)).headers['ratelimit-remaining']) < 2_990,
        );
      const answers = [];
      for (let n = 0; n < 8; n++) answers.push(await get(n, key));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
      expect(answers.map(({ headers }) => headers['ratelimit-remaining'])).toEqual([...'54321000']);
      expect(answers[7]!.headers).toMatchObject({
        'ratelimit-limit': '6',
        'retry-after': expect.stringMatching(/^\d+$/),
      });
      expect(answers[7]!.json().code).toBe('tooManyRequests');
      expect((await get(0, other.key)).statusCode).toBe(200);
    } finally {
      for (const app of apps) await app.close();
      await redis.stop();
    }
  });

  test('of another company’s key reaches nothing of this one, nor does its administrator reach the key', async () => {
    const other = await registerCompany(api);
    const mine = await make();
    const theirs = await make({}, other);
    const account = (await admin('POST', '/accounts', { name: 'Mine' })).body.id;
    expect((await api.call('GET', `/accounts/${account}`, using(mine.key))).status).toBe(200);
    expect((await api.call('GET', `/accounts/${account}`, using(theirs.key))).status).toBe(404);
    const hinted = using(theirs.key, { headers: { 'x-tenant': company.tenantId } });
    expect((await api.call('GET', '/accounts', hinted)).status).toBe(404);
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/usage'],
      ['PATCH', '', { name: 'Stolen' }],
      ['POST', '/rotate', { overlapMinutes: 0 }],
      ['DELETE', ''],
    ] as const)
      expect(
        (await api.call(method, `/api-keys/${mine.id}${path}`, { token: other.token, body })).status,
      ).toBe(404);
    const foreignRole = { name: 'x', roleId: roles['readOnly'] };
    const answer = await api.call('POST', '/api-keys', { token: other.token, body: foreignRole });
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/roleId', code: 'unknownRole' });
    expect(await outcome(mine.key)).toBe('allowed');
  });

  test('of a key whose company is suspended is refused, without telling strangers why', async () => {
    const other = await registerCompany(api);
    const { key } = await make({}, other);
    await owner.query(
      `update tenant set status = 'suspended', access_version = access_version + 1 where id = $1`,
      [other.tenantId],
    );
    await soon(key, '403 tenantSuspended');
    expect(await outcome(`${key.slice(0, -43)}${'A'.repeat(43)}`)).toBe('401 invalidKey');
  });
});

describe('rights', () => {
  test('the key’s role decides, and a changed role holds within a second', async () => {
    const { id, key } = await make({ roleId: roles['readOnly'] });
    const account = (await admin('POST', '/accounts', { name: 'Readable' })).body.id;
    const write = () =>
      api.call('PATCH', `/accounts/${account}`, using(key, { body: { website: 'https://a.example' } }));
    expect((await api.call('GET', `/accounts/${account}`, using(key))).status).toBe(200);
    expect(await write()).toMatchObject({ status: 403, body: { code: 'permissionMissing' } });
    expect((await api.call('GET', '/api-keys', using(key))).status).toBe(403);
    const bulk = { action: 'create', rows: [{ name: 'No' }] };
    const tried = await api.call('POST', '/accounts/bulk', using(key, { body: bulk }));
    expect(tried.body.results?.[0].status ?? tried.status).toSatisfy(
      (s: unknown) => s === 'failed' || s === 403,
    );
    await admin('PATCH', `/api-keys/${id}`, { roleId: roles['salesManager'] });
    expect((await write()).status).toBe(200);
  });

  test('nobody makes, changes or rotates a key that may do more than they may; revoking is open to who manages keys', async () => {
    const people = await TestPeople.of(database, api, company);
    const limited = await people.role({
      system: ['manageIntegrations'],
      permissions: [{ object: 'account', action: '*', scope: 'all' }],
      fields: [{ object: 'account', field: 'phone', access: 'mask' }],
    });
    const weaker = await people.role({
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
      fields: [{ object: 'account', field: 'phone', access: 'hidden' }],
    });
    const clearer = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
    const wider = await people.role({ permissions: [{ object: '*', action: 'read', scope: 'all' }] });
    const { token } = await people.colleague([limited]);
    await people.settle();
    await people.end();
    const call = (method: string, path: string, body?: unknown) => api.call(method, path, { token, body });
    const wish = (roleId: string | undefined) => call('POST', '/api-keys', { name: 'Mine', roleId });

    for (const roleId of [roles['companyAdmin'], clearer, wider])
      expect(await wish(roleId)).toMatchObject({ status: 403, body: { code: 'roleNotGrantable' } });
    const made = await wish(weaker);
    expect(made.status).toBe(201);
    expect((await call('PATCH', `/api-keys/${made.body.id}`, { roleId: clearer })).status).toBe(403);
    expect((await call('PATCH', `/api-keys/${made.body.id}`, { name: 'Yours' })).status).toBe(200);

    const strong = await make();
    expect((await call('PATCH', `/api-keys/${strong.id}`, { name: 'Taken' })).status).toBe(403);
    expect((await call('PATCH', `/api-keys/${strong.id}`, { roleId: weaker })).status).toBe(403);
    expect(await call('POST', `/api-keys/${strong.id}/rotate`, { overlapMinutes: 60 })).toMatchObject({
      status: 403,
      body: { code: 'roleNotGrantable' },
    });
    expect(await outcome(strong.key)).toBe('allowed');
    expect((await call('DELETE', `/api-keys/${strong.id}`)).status).toBe(204);

    // The same holds for a key that manages keys.
    const maker = await make({ roleId: limited });
    const byKey = (roleId: string | undefined) =>
      api.call('POST', '/api-keys', using(maker.key, { body: { name: 'Child', roleId } }));
    expect((await byKey(roles['companyAdmin'])).status).toBe(403);
    const child = await byKey(weaker);
    expect(child.body.createdBy).toEqual({ id: maker.id, name: 'Shop' });
  });

  test("endpoints about a person answer a key with needsPerson, and a key can't view as a role", async () => {
    const { key } = await make();
    for (const [method, path, body] of [
      ['GET', '/auth/me'],
      ['GET', '/auth/sessions'],
      ['DELETE', `/auth/sessions/${randomUUID()}`],
      ['POST', '/auth/switch', { tenantId: company.tenantId }],
      ['POST', '/auth/change-password', { currentPassword: 'a', newPassword: 'b' }],
    ] as const)
      expect(await api.call(method, path, using(key, { body })), path).toMatchObject({
        status: 403,
        body: { code: 'needsPerson' },
      });
    const through = using(key, { headers: { 'x-view-as-role': roles['readOnly']! } });
    expect(await api.call('GET', '/accounts', through)).toMatchObject({
      status: 403,
      body: { code: 'needsPerson' },
    });
  });

  test('every endpoint answers a key without failing, whatever its role', async () => {
    const world = await seededWorld(api);
    const { data } = (await api.call('GET', '/roles', { token: world.token })).body;
    const role = (key: string) => data.find((one: { key: string }) => one.key === key).id;
    const specs = api.app.get(EndpointRegistry).all();
    const failures: string[] = [];
    let allowed = 0;
    for (const name of ['companyAdmin', 'readOnly']) {
      const { key } = await make({ roleId: role(name) }, world);
      for (const spec of specs.filter((s) => s.access !== 'public')) {
        const { path, body } = requestOf(spec, world.ids);
        const answer = await api.call(spec.method, path, using(key, { body }));
        const where = `${name} ${spec.method} ${spec.path}: ${answer.status} ${answer.body?.code}`;
        if (answer.status < 300) allowed++;
        if (answer.status >= 500 || answer.status === 401) failures.push(where);
        if (spec.person ? answer.body?.code !== 'needsPerson' : answer.body?.code === 'needsPerson')
          failures.push(where);
        if (
          name === 'readOnly' &&
          !['get'].includes(spec.method) &&
          !spec.path.endsWith('/query') &&
          answer.status < 300
        )
          failures.push(where);
      }
      expect((await api.call('GET', '/accounts', using(key))).status, 'the key was lost on the way').toBe(
        200,
      );
    }
    expect(failures).toEqual([]);
    expect(allowed).toBeGreaterThan(100);
  });
});

describe('writes by a key', () => {
  test('name the key as author: create, change, bulk and convert; repeating them has no effect', async () => {
    const { id, key } = await make({ name: 'Shop sync', roleId: roles['salesManager'] });
    const actor = { kind: 'apiKey', id, name: 'Shop sync' };
    const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      api.call(method, path, using(key, { body, headers }));
    const repeat = { 'idempotency-key': randomUUID() };
    const made = await call('POST', '/accounts', { name: 'From the shop' }, repeat);
    expect(made).toMatchObject({ status: 201, body: { owner: null, createdBy: actor } });
    expect((await call('POST', '/accounts', { name: 'From the shop' }, repeat)).body.id).toBe(made.body.id);
    // The same Idempotency-Key from somebody else is a different key.
    expect((await admin('POST', '/accounts', { name: 'From the shop' }, repeat)).body.id).not.toBe(
      made.body.id,
    );
    expect((await call('PATCH', `/accounts/${made.body.id}`, { city: 'Bern' })).status).toBe(200);
    const bulk = await call('POST', '/accounts/bulk', {
      action: 'update',
      ids: [made.body.id],
      changes: { city: 'Basel' },
    });
    expect(bulk.body.counts).toMatchObject({ updated: 1 });
    const history = (await admin('GET', `/accounts/${made.body.id}/history`)).body.data;
    expect(history.map((entry: { verb: string }) => entry.verb)).toEqual(['updated', 'updated', 'created']);
    for (const entry of history) expect(entry.actor).toEqual(actor);

    const lead = (await call('POST', '/leads', { lastName: 'Ng', company: 'Ng Ltd' })).body;
    const converted = await call('POST', `/leads/${lead.id}/convert`, { createOpportunity: true });
    expect(converted).toMatchObject({ status: 200, body: { account: { name: 'Ng Ltd' } } });
    const opportunity = (await admin('GET', `/opportunities/${converted.body.opportunity.id}/history`)).body
      .data;
    expect(opportunity.at(-1).actor).toEqual(actor);
  });

  test('show the key as author on the record and in lists to everyone who can view it, even after it is revoked', async () => {
    const { id, key } = await make({ name: 'Web form' });
    const actor = { kind: 'apiKey', id, name: 'Web form' };
    const made = await api.call('POST', '/accounts', using(key, { body: { name: 'From the form' } }));
    expect(made.body).toMatchObject({ createdBy: actor, updatedBy: actor });
    const own = await admin('POST', '/accounts', { name: 'By hand' });
    const changed = await api.call(
      'PATCH',
      `/accounts/${own.body.id}`,
      using(key, { body: { city: 'Bern' } }),
    );
    const person = { kind: 'member', id: company.memberId, name: 'Ada Admin' };
    expect(changed.body).toMatchObject({ createdBy: person, updatedBy: actor });
    expect((await admin('DELETE', `/api-keys/${id}`)).status).toBeLessThan(300);

    const people = await TestPeople.of(database, api, company);
    const role = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
    const reader = await people.colleague([role]);
    await people.settle();
    await people.end();
    for (const [token, who] of [
      [company.token, person],
      // The reader may see no members, so people appear without names. Keys have names, as in the history.
      [reader.token, { kind: 'member', id: company.memberId }],
    ] as const) {
      const { data } = (await api.call('GET', '/accounts?limit=200', { token })).body;
      const by = (account: string) => data.find((a: { id: string }) => a.id === account);
      expect(by(made.body.id)).toMatchObject({ createdBy: actor, updatedBy: actor });
      expect(by(own.body.id).updatedBy).toEqual(actor);
      expect(by(own.body.id).createdBy).toEqual(who);
      const [entry] = (await api.call('GET', `/accounts/${made.body.id}/history`, { token })).body.data;
      expect(entry.actor).toEqual(actor);
    }
  });

  test('as jobs run with the key’s rights, are visible only to it, and end when it is revoked', async () => {
    const [mine, other] = [
      await make({ name: 'Loader', roleId: roles['salesManager'] }),
      await make({ roleId: roles['salesManager'] }),
    ];
    const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Loaded ${n}` }));
    const bulk = (key: string) =>
      api.call('POST', '/accounts/bulk', using(key, { body: { action: 'create', rows } }));
    const job = (await bulk(mine.key)).body.id;
    expect((await api.call('GET', `/bulk-jobs/${job}`, using(mine.key))).body.status).toBe('queued');
    for (const path of [`/bulk-jobs/${job}`, `/bulk-jobs/${job}/results`])
      expect((await api.call('GET', path, using(other.key))).status).toBe(404);
    expect((await api.call('POST', `/bulk-jobs/${job}/cancel`, using(other.key))).status).toBe(404);
    const doomed = (await bulk(other.key)).body.id;
    await admin('DELETE', `/api-keys/${other.id}`);
    const upload = multipart(
      { options: JSON.stringify({ object: 'account', mode: 'create', mapping: { Name: 'name' } }) },
      'accounts.csv',
      'Name\nImported by key\n',
    );
    const imported = await api.call('POST', '/imports', using(mine.key, upload));
    expect(imported.status).toBe(202);

    worker = typescriptProcess(WORKER, { env: api.environment });
    const ended = (path: string) =>
      eventually(async () => {
        const { body } = await admin('GET', path);
        return ['completed', 'failed'].includes(body.status) ? body : null;
      });
    expect(await ended(`/bulk-jobs/${job}`)).toMatchObject({ status: 'completed', counts: { created: 501 } });
    expect(await ended(`/bulk-jobs/${doomed}`)).toMatchObject({
      status: 'failed',
      counts: {},
      error: expect.stringMatching(/API key .* revoked/),
    });
    expect(await ended(`/imports/${imported.body.id}`)).toMatchObject({
      status: 'completed',
      counts: { created: 1 },
      createdBy: { id: mine.id, name: 'Loader' },
    });
    const { data } = (await admin('GET', `/accounts?q=${encodeURIComponent('Imported by key')}`)).body;
    const history = (await admin('GET', `/accounts/${data[0].id}/history`)).body.data;
    expect(history[0]).toMatchObject({
      actor: { kind: 'apiKey', id: mine.id, name: 'Loader' },
      cause: { kind: 'import' },
    });
  });
});

describe('what is known of a key', () => {
  test('its use is counted by day with failures, including refusals, and shows after some seconds', async () => {
    const begun = Date.now();
    const { id, key } = await make();
    for (const path of ['/accounts', '/accounts', `/accounts/${randomUUID()}`, '/auth/me'])
      await api.call('GET', path, using(key));
    await read(`${key.slice(0, -43)}${'A'.repeat(43)}`);
    await admin('DELETE', `/api-keys/${id}`);
    expect(await outcome(key)).toBe('401 keyRevoked');
    const usage = async (days: number) =>
      (await admin('GET', `/api-keys/${id}/usage?days=${days}`)).body.data;
    // Midnight may pass between any two requests, so the uses can be on two days.
    const sum = (days: any[], key: string) => days.reduce((all, day) => all + day[key], 0);
    await eventually(async () => sum(await usage(2), 'requests') >= 5);
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    const asked = Date.now();
    const month = await usage(30);
    const last = Date.parse(month.at(-1).day);
    expect([dayOf(asked), dayOf(Date.now())]).toContain(month.at(-1).day);
    expect(month.map(({ day }: { day: string }) => day)).toEqual(
      Array.from({ length: 30 }, (_, n) => dayOf(last - (29 - n) * 86_400_000)),
    );
    const used = month.filter(({ day }: { day: string }) => day >= dayOf(begun));
    expect([sum(used, 'requests'), sum(used, 'failures')]).toEqual([5, 3]);
    expect([sum(month, 'requests'), sum(month, 'failures')]).toEqual([5, 3]);
    expect(await usage(1)).toHaveLength(1);
    const { lastUsedAt } = (await admin('GET', `/api-keys/${id}`)).body;
    expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(begun);
    expect(Date.parse(lastUsedAt)).toBeLessThanOrEqual(Date.now());
    expect((await admin('GET', `/api-keys/${id}/usage?days=0`)).status).toBe(400);
  });

  test('its use is not lost when the process shuts down in order', async () => {
    const { id, key } = await make();
    const leaving = await testApi(database);
    expect((await read(key, leaving)).status).toBe(200);
    await leaving.close();
    const { rows } = await owner.query('select requests, failures from api_key_usage where api_key_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ requests: 1, failures: 0 }]);
  });

  test('a refusal is logged once a minute across all replicas, with the reason and the key', async () => {
    const { id, key } = await make({ allowedAddresses: ['192.0.2.1'] });
    for (let n = 0; n < 3; n++)
      for (const on of [api, replica]) expect(await outcome(key, on)).toBe('401 keyAddress');
    const refusals = async () => (await events(id)).filter(({ verb }) => verb === 'apiKeyRefused');
    await eventually(async () => (await refusals()).length > 0);
    // Closing the API waits for all pending writes.
    const late = await testApi(database);
    expect(await outcome(key, late)).toBe('401 keyAddress');
    await late.close();
    expect(await refusals()).toEqual([
      {
        verb: 'apiKeyRefused',
        actor: 'apiKey',
        actorId: id,
        changes: { reason: { after: 'keyAddress' } },
        origin: expect.objectContaining({ ip: '127.0.0.1' }),
      },
    ]);

    const guessed = await make();
    await outcome(`${guessed.key.slice(0, -43)}${'A'.repeat(43)}`);
    const told = await eventually(async () => {
      const found = (await events(guessed.id)).filter(({ verb }) => verb === 'apiKeyRefused');
      return found.length > 0 ? found : null;
    });
    expect(told).toMatchObject([{ actor: 'system', changes: { reason: { after: 'invalidKey' } } }]);
  });

  test('no event of a key holds its secret', async () => {
    const { rows } = await owner.query(
      `select changes::text as text from record_event where object = 'security.apiKey'`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { text } of rows) expect(text).not.toMatch(/plc_|[0-9a-f]{64}/);
  });
});

test('the API description offers both ways to send a key, and the token only where a person is needed', async () => {
  const { body } = await api.call('GET', '/openapi.json');
  expect(body.components.securitySchemes).toMatchObject({
    bearer: { type: 'http', scheme: 'bearer' },
    apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
  });
  expect(body.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  expect(body.paths['/api/v1/accounts'].get.security).toBeUndefined();
  expect(body.paths['/api/v1/auth/me'].get.security).toEqual([{ bearer: [] }]);
  expect(body.paths['/api/v1/auth/login'].post.security).toEqual([]);
});
