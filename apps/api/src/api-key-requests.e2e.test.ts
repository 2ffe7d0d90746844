import { randomUUID } from 'node:crypto';
import { loadConfig } from '@pellucid/platform/config';
import { eventually, testEnvironment, testRedis } from '@pellucid/platform/testing';
import { describe, expect, test } from 'vitest';
import { createApi } from './bootstrap.js';
import { apiKeysStage, using, wrongSecret } from './testing/api-keys-stage.js';
import { registerCompany } from './testing/api-process.js';

const stage = apiKeysStage({ withReplica: true });
const { admin, events, make, outcome, setRow, soon } = stage;

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
    const nonsense = await stage.api.call('GET', '/accounts', { headers: { 'x-api-key': 'nonsense' } });
    expect(nonsense).toMatchObject({ status: 401, body: { code: 'invalidKey' } });
    expect(nonsense.headers['content-type']).toContain('application/problem+json');
  });

  test('with two different credentials is refused', async () => {
    const [one, two] = [await make(), await make()];
    const both = (authorization: string, own: string) =>
      stage.api.call('GET', '/accounts', { headers: { authorization, 'x-api-key': own } });
    for (const answer of [
      await both(`Bearer ${one.key}`, two.key),
      await both(`Bearer ${stage.company.token}`, one.key),
      await both('Basic YTpi', one.key),
    ])
      expect(answer).toMatchObject({ status: 401, body: { code: 'twoCredentials' } });
    expect((await both(`bearer ${one.key}`, one.key)).status).toBe(200);
  });

  test('from an address that the key does not allow is refused, whatever its headers say', async () => {
    const { id, key } = await make({ allowedAddresses: ['198.51.100.0/24', '2001:db8::7'] });
    const from = async (remoteAddress: string, headers: Record<string, string> = {}, on = stage.api) =>
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

    const environment = { ...stage.api.environment, PELLUCID_TRUST_PROXY: '1' };
    const app = await createApi(loadConfig(environment));
    await app.init();
    const behindProxy = { ...stage.api, app };
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
    expect(await outcome(key, stage.replica)).toBe('allowed');
    expect((await admin('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await outcome(key)).toBe('401 keyRevoked');
    await soon(key, '401 keyRevoked', stage.replica);
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
    expect(await outcome(wrongSecret(key))).toBe('401 invalidKey');
  });

  test('with the secret before a rotation works during the overlap and no longer', async () => {
    const { id, key: first } = await make();
    const rotate = async (overlapMinutes: number) =>
      (await admin('POST', `/api-keys/${id}/rotate`, { overlapMinutes })).body;
    const second = await rotate(10);
    expect(new Date(second.previousUntil).getTime()).toBeGreaterThan(Date.now() + 9 * 60_000);
    expect([await outcome(first), await outcome(second.key)]).toEqual(['allowed', 'allowed']);
    await soon(second.key, 'allowed', stage.replica);
    expect(await outcome(first, stage.replica)).toBe('allowed');

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
    const environment = { ...testEnvironment(stage.api.database, redis.url), PELLUCID_RATE_LIMITS: 'on' };
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
    const other = await registerCompany(stage.api);
    const mine = await make();
    const theirs = await make({}, other);
    const account = (await admin('POST', '/accounts', { name: 'Mine' })).body.id;
    expect((await stage.api.call('GET', `/accounts/${account}`, using(mine.key))).status).toBe(200);
    expect((await stage.api.call('GET', `/accounts/${account}`, using(theirs.key))).status).toBe(404);
    const hinted = using(theirs.key, { headers: { 'x-tenant': stage.company.tenantId } });
    expect((await stage.api.call('GET', '/accounts', hinted)).status).toBe(404);
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/usage'],
      ['PATCH', '', { name: 'Stolen' }],
      ['POST', '/rotate', { overlapMinutes: 0 }],
      ['DELETE', ''],
    ] as const)
      expect(
        (await stage.api.call(method, `/api-keys/${mine.id}${path}`, { token: other.token, body })).status,
      ).toBe(404);
    const foreignRole = { name: 'x', roleId: stage.roles['readOnly'] };
    const answer = await stage.api.call('POST', '/api-keys', { token: other.token, body: foreignRole });
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/roleId', code: 'unknownRole' });
    expect(await outcome(mine.key)).toBe('allowed');
  });

  test('of a key whose company is suspended is refused, without telling strangers why', async () => {
    const other = await registerCompany(stage.api);
    const { key } = await make({}, other);
    await stage.people.sql(
      `update tenant set status = 'suspended', access_version = access_version + 1 where id = $1`,
      [other.tenantId],
    );
    await soon(key, '403 tenantSuspended');
    expect(await outcome(wrongSecret(key))).toBe('401 invalidKey');
  });
});
