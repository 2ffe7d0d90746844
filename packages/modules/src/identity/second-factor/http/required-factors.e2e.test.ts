import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FactorStage } from '../../testing/factor-stage.js';
import { registration } from '../../testing/identity-api.js';

let stage: FactorStage;

beforeAll(async () => {
  stage = await FactorStage.start();
});
afterAll(() => stage?.end());

describe('a company that requires a second factor', () => {
  test('a member without one can do nothing but set one up', async () => {
    const ann = await stage.register();
    await stage.require(ann);
    const opened = await stage.logIn(ann);
    expect(opened.body.secondFactorPending).toBe(true);
    const token = opened.body.accessToken;
    for (const [method, path] of [
      ['GET', '/accounts'],
      ['GET', '/members'],
      ['GET', '/settings'],
      ['PATCH', '/settings'],
      ['GET', '/auth/sessions'],
      ['POST', '/auth/change-password'],
      ['POST', '/members/invite'],
    ] as const) {
      const refused = await stage.send(method, path, token, method === 'GET' ? undefined : {});
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'secondFactorRequired']);
    }
    const known = await stage.send('GET', '/auth/me', token);
    expect(known.body).toMatchObject({ secondFactorPending: true, settings: { requireSecondFactor: true } });
    const person = { ...ann, token };
    await stage.addApp(person);
    expect((await stage.send('GET', '/accounts', person.token)).status).toBe(200);
    expect((await stage.send('GET', '/auth/me', person.token)).body.secondFactorPending).toBe(false);
    const refreshed = await stage.api.call('POST', '/auth/refresh', { refresh: opened.refresh! });
    expect(refreshed.body.secondFactorPending).toBe(false);
    expect((await stage.send('GET', '/accounts', refreshed.body.accessToken)).status).toBe(200);
  });

  test('it applies to open sessions within a second', async () => {
    const ann = await stage.register();
    const bob = await stage.join(ann);
    expect(bob.accepted.status).toBe(200);
    const token = bob.accepted.body.accessToken;
    expect((await stage.send('GET', '/accounts', token)).status).toBe(200);
    await stage.addApp(ann);
    await stage.require(ann);
    await vi.waitUntil(async () => (await stage.send('GET', '/accounts', token)).status === 403, {
      timeout: 60_000,
    });
    expect((await stage.send('GET', '/accounts', ann.token)).status).toBe(200);
    await stage.require(ann, false);
    await vi.waitUntil(async () => (await stage.send('GET', '/accounts', token)).status === 200, {
      timeout: 60_000,
    });
  });

  test('it applies when accepting an invitation and refreshing', async () => {
    const ann = await stage.register();
    await stage.addApp(ann);
    await stage.require(ann);
    const { accepted } = await stage.join(ann);
    expect(accepted.body.secondFactorPending).toBe(true);
    expect((await stage.send('GET', '/accounts', accepted.body.accessToken)).status).toBe(403);
    const refreshed = await stage.api.call('POST', '/auth/refresh', { refresh: accepted.refresh! });
    expect(refreshed.body.secondFactorPending).toBe(true);
    expect((await stage.send('GET', '/accounts', refreshed.body.accessToken)).status).toBe(403);
  });

  test('it applies when switching to the company; switching away is allowed', async () => {
    const ann = await stage.register();
    const strict = await stage.register();
    const { accepted } = await stage.join(strict, ann.wish, 'companyAdmin');
    expect(accepted.status).toBe(200);
    await stage.addApp(strict);
    await stage.require(strict);
    const at = (await stage.logIn(ann, { tenant: ann.tenantId })).body;
    expect(at.secondFactorPending).toBe(false);
    const switched = await stage.send('POST', '/auth/switch', at.accessToken, { tenantId: strict.tenantId });
    expect(switched.body).toMatchObject({ tenant: { id: strict.tenantId }, secondFactorPending: true });
    // All replicas know the company's requirement within a second.
    await vi.waitUntil(
      async () => (await stage.send('GET', '/accounts', switched.body.accessToken)).status === 403,
      { timeout: 60_000, interval: 50 },
    );
    const back = await stage.send('POST', '/auth/switch', switched.body.accessToken, {
      tenantId: ann.tenantId,
    });
    expect(back.body.secondFactorPending).toBe(false);
    expect((await stage.send('GET', '/accounts', back.body.accessToken)).status).toBe(200);
  });

  test('the last factor cannot be removed while it is required', async () => {
    const ann = await stage.register();
    const { id } = await stage.addApp(ann);
    await stage.require(ann);
    const proof = { password: ann.wish.password };
    const refused = await stage.send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof });
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('lastSecondFactor');
    await stage.addPasskey(ann, proof);
    expect((await stage.send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof })).status).toBe(
      204,
    );
  });

  test('only people who may manage settings can require it', async () => {
    const ann = await stage.register();
    const { accepted } = await stage.join(ann);
    const refused = await stage.send('PATCH', '/settings', accepted.body.accessToken, {
      requireSecondFactor: true,
    });
    expect(refused.status).toBe(403);
    expect((await stage.send('PATCH', '/settings', ann.token, { requireSecondFactor: 'yes' })).status).toBe(
      422,
    );
  });

  test('the person who requires it must have one first: otherwise it would lock them out', async () => {
    const ann = await stage.register();
    const ask = () => stage.send('PATCH', '/settings', ann.token, { requireSecondFactor: true });
    const refused = await ask();
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [{ pointer: '/requireSecondFactor', code: 'ownFactorFirst' }],
    ]);
    await stage.addApp(ann);
    expect((await ask()).status).toBe(200);
  });

  test('an API key, which is not a person, keeps working', async () => {
    const ann = await stage.register();
    await stage.require(ann);
    const [keyId, hex] = [crypto.randomUUID(), (id: string) => id.replaceAll('-', '')];
    const key = `plc_${hex(ann.tenantId)}_${hex(keyId)}_${'x'.repeat(43)}`;
    await stage.owner.query(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash)
       select $1, $2, 'Robot', id, encode(sha256($3::bytea), 'hex') from role where tenant_id = $1 and key = 'readOnly'`,
      [ann.tenantId, keyId, key],
    );
    await stage.owner.query('update tenant set access_version = access_version + 1 where id = $1', [
      ann.tenantId,
    ]);
    await vi.waitUntil(async () => (await stage.send('GET', '/accounts', key)).status === 200, {
      timeout: 60_000,
    });
    expect((await stage.send('GET', '/auth/second-factors', key)).body.code).toBe('needsPerson');
  });
});

describe('an administrator', () => {
  test('removes the factors of a member, whose sessions end, and the log records it', async () => {
    const ann = await stage.register();
    const guest = registration();
    const { accepted, memberId } = await stage.join(ann, guest);
    const person = { ...ann, wish: guest, token: accepted.body.accessToken };
    const before = await stage.send('GET', '/second-factor-coverage', ann.token);
    expect(before.body.data).toContainEqual({ memberId, hasSecondFactor: false });
    expect((await stage.send('POST', `/members/${memberId}/second-factors/reset`, ann.token)).body.code).toBe(
      'noSecondFactor',
    );
    await stage.addApp(person);
    const after = await stage.send('GET', '/second-factor-coverage', ann.token);
    expect(after.body.data).toContainEqual({ memberId, hasSecondFactor: true });
    expect((await stage.send('POST', `/members/${memberId}/second-factors/reset`, ann.token)).status).toBe(
      204,
    );
    expect(await stage.me(person.token)).toBe(401);
    expect((await stage.logIn(person)).body.accessToken).toBeDefined();
    expect(await stage.eventsOf(ann, 'secondFactorReset')).toMatchObject([
      { record_id: memberId, actor_id: ann.memberId, changes: { factors: { before: 1, after: 0 } } },
    ]);
  });

  test('cannot do so if the log-in is also used outside of the company, and is told why', async () => {
    const [ann, bob] = [await stage.register(), await stage.register()];
    const { memberId } = await stage.join(ann, bob.wish);
    await stage.addApp(bob);
    const refused = await stage.send('POST', `/members/${memberId}/second-factors/reset`, ann.token);
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('sharedLogIn');
    expect((await stage.logIn(bob)).body.secondFactor).toBeDefined();
  });

  test('cannot do so for themself, for a stranger, or without the right', async () => {
    const [ann, stranger] = [await stage.register(), await stage.register()];
    await stage.addApp(ann);
    await stage.addApp(stranger);
    const { accepted } = await stage.join(ann);
    const reset = (memberId: string, token: string) =>
      stage.send('POST', `/members/${memberId}/second-factors/reset`, token);
    expect((await reset(ann.memberId, ann.token)).body.code).toBe('ownFactors');
    expect((await reset(stranger.memberId, ann.token)).status).toBe(404);
    expect((await reset(ann.memberId, accepted.body.accessToken)).status).toBe(403);
    expect((await stage.send('GET', '/second-factor-coverage', accepted.body.accessToken)).status).toBe(403);
  });

  test('cannot do so for somebody with rights that they do not have', async () => {
    const ann = await stage.register();
    await stage.addApp(ann);
    const { rows } = await stage.owner.query(
      `insert into role (tenant_id, id, name, name_norm, permissions, system)
       values ($1, gen_random_uuid(), 'People', 'people', '[]', '{manageUsers}') returning id`,
      [ann.tenantId],
    );
    const { accepted, memberId } = await stage.join(ann);
    const assigned = await stage.send('PUT', `/members/${memberId}/roles`, ann.token, {
      roleIds: [rows[0].id],
    });
    expect(assigned.status).toBe(200);
    const refused = await stage.send(
      'POST',
      `/members/${ann.memberId}/second-factors/reset`,
      accepted.body.accessToken,
    );
    expect(refused.body.code).toBe('roleNotGrantable');
  });
});
