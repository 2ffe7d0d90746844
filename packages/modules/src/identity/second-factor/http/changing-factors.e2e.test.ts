import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appCode } from '../../testing/authenticator-app.js';
import { FactorStage } from '../../testing/factor-stage.js';
import { registration } from '../../testing/identity-api.js';

let stage: FactorStage;

beforeAll(async () => {
  stage = await FactorStage.start();
});
afterAll(() => stage?.end());

describe('changing one’s factors', () => {
  test('removing one requires the password or a factor', async () => {
    const ann = await stage.register();
    const { id, secret } = await stage.addApp(ann);
    const { id: passkey, authenticator } = await stage.addPasskey(ann, { password: ann.wish.password });
    const remove = (factor: string, body: object) =>
      stage.send('POST', `/auth/second-factors/${factor}/remove`, ann.token, body);
    expect((await remove(passkey, {})).status).toBe(422);
    expect((await remove(passkey, { proof: { password: 'not the right one 5' } })).status).toBe(422);
    expect((await remove(passkey, { proof: { method: 'totp', code: '000000' } })).body.errors).toMatchObject([
      { pointer: '/proof/code' },
    ]);
    const asked = (await stage.send('POST', '/auth/second-factors/challenge', ann.token)).body;
    const assertion = authenticator.get(asked.passkey);
    expect(
      (await remove(passkey, { proof: { method: 'passkey', token: asked.token, assertion } })).status,
    ).toBe(204);
    await stage.passTime(ann);
    expect((await remove(id, { proof: { method: 'totp', code: appCode(secret) } })).status).toBe(204);
    expect((await stage.send('GET', '/auth/second-factors', ann.token)).body).toEqual({
      data: [],
      recoveryCodesLeft: 0,
      required: false,
    });
    expect((await stage.logIn(ann)).body.accessToken).toBeDefined();
  });

  test('a proof requested in another session does not count', async () => {
    const ann = await stage.register();
    const { authenticator, id, codes } = await stage.addPasskey(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    const other = (await stage.finish(token, { method: 'recovery', code: codes[0] })).body.accessToken;
    const asked = (await stage.send('POST', '/auth/second-factors/challenge', other)).body;
    const proof = { method: 'passkey', token: asked.token, assertion: authenticator.get(asked.passkey) };
    expect((await stage.send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof })).status).toBe(
      401,
    );
  });

  test('a session from yesterday requires proof to add one', async () => {
    const ann = await stage.register();
    await stage.owner.query(
      `update session set created_at = now() - interval '1 day' where identity_id = $1`,
      [ann.identityId],
    );
    for (const kind of ['totp', 'passkey']) {
      const refused = await stage.send('POST', `/auth/second-factors/${kind}`, ann.token, {});
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ code: 'proofRequired', methods: ['password'] });
    }
    const proof = { password: ann.wish.password };
    expect((await stage.send('POST', '/auth/second-factors/totp', ann.token, { proof })).status).toBe(200);
  });

  test('the password alone cannot remove a factor that the session has not proven', async () => {
    const ann = await stage.register();
    const { id, codes } = await stage.addApp(ann);
    await stage.owner.query('update session set second_factor = false where identity_id = $1', [
      ann.identityId,
    ]);
    const proof = { password: ann.wish.password };
    const refused = await stage.send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof });
    expect(refused.body).toMatchObject({ code: 'proofRequired', methods: ['totp', 'recovery'] });
    expect((await stage.send('POST', '/auth/second-factors/totp', ann.token, { proof })).status).toBe(403);
    const better = { method: 'recovery', code: codes[0]! };
    expect(
      (await stage.send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof: better })).status,
    ).toBe(204);
  });

  test("nobody else's factor can be renamed or removed", async () => {
    const [ann, bob] = [await stage.register(), await stage.register()];
    const { id } = await stage.addApp(ann);
    await stage.addApp(bob);
    const proof = { password: bob.wish.password };
    expect((await stage.send('POST', `/auth/second-factors/${id}/remove`, bob.token, { proof })).status).toBe(
      404,
    );
    expect(
      (await stage.send('PATCH', `/auth/second-factors/${id}`, bob.token, { name: 'Mine' })).status,
    ).toBe(404);
    expect((await stage.send('PATCH', `/auth/second-factors/${id}`, ann.token, { name: ' ' })).status).toBe(
      422,
    );
    const renamed = await stage.send('PATCH', `/auth/second-factors/${id}`, ann.token, { name: 'Old phone' });
    expect(renamed.body).toMatchObject({ id, name: 'Old phone' });
  });

  test('no more than ten are allowed', async () => {
    const ann = await stage.register();
    await stage.addApp(ann);
    await stage.owner.query(
      `insert into second_factor (id, identity_id, kind, name, key_id, sealed_secret)
       select gen_random_uuid(), $1, 'totp', 'x', 'm1', '\\x00' from generate_series(2, 10)`,
      [ann.identityId],
    );
    expect((await stage.send('POST', '/auth/second-factors/totp', ann.token, {})).body.code).toBe(
      'tooManyFactors',
    );
  });
});

describe('a person with a second factor', () => {
  test('is asked for it on every way in, including registering another company and accepting an invitation', async () => {
    const ann = await stage.register();
    const { codes } = await stage.addApp(ann);
    const second = await stage.api.call('POST', '/auth/register', {
      body: { ...registration(), email: ann.wish.email, password: ann.wish.password },
    });
    expect(second.status).toBe(201);
    expect(Object.keys(second.body)).toEqual(['secondFactor']);
    expect(second.refresh).toBeUndefined();
    const host = await stage.register();
    const { accepted } = await stage.join(host, ann.wish);
    expect(Object.keys(accepted.body)).toEqual(['secondFactor']);
    const entered = await stage.finish(accepted.body.secondFactor.token, {
      method: 'recovery',
      code: codes[0]!,
    });
    expect(entered.body.tenant.id).toBe(host.tenantId);
  });

  test('is asked on a switch from a session that has not proven it', async () => {
    const ann = await stage.register();
    const host = await stage.register();
    await stage.join(host, ann.wish);
    const { codes } = await stage.addApp(ann);
    await stage.owner.query('update session set second_factor = false where identity_id = $1', [
      ann.identityId,
    ]);
    const asked = await stage.send('POST', '/auth/switch', ann.token, { tenantId: host.tenantId });
    expect(Object.keys(asked.body)).toEqual(['secondFactor']);
    const entered = await stage.finish(asked.body.secondFactor.token, {
      method: 'recovery',
      code: codes[0]!,
    });
    expect(entered.body.tenant.id).toBe(host.tenantId);
    expect((await stage.api.call('POST', '/auth/refresh', { refresh: ann.refresh })).status).toBe(401);
  });

  test('is not asked again on a switch from one that has', async () => {
    const ann = await stage.register();
    const host = await stage.register();
    await stage.join(host, ann.wish);
    await stage.addApp(ann);
    const switched = await stage.send('POST', '/auth/switch', ann.token, { tenantId: host.tenantId });
    expect(switched.body).toMatchObject({ tenant: { id: host.tenantId }, secondFactorPending: false });
  });

  test('does not get in if their membership ended between the two steps', async () => {
    const host = await stage.register();
    const guest = registration();
    const { accepted, memberId } = await stage.join(host, guest);
    const person = { ...host, wish: guest, token: accepted.body.accessToken };
    const { codes } = await stage.addApp(person);
    const { token } = (await stage.logIn(person)).body.secondFactor;
    expect((await stage.send('POST', `/members/${memberId}/deactivate`, host.token)).status).toBe(204);
    expect((await stage.finish(token, { method: 'recovery', code: codes[0]! })).status).toBe(401);
  });
});
