import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appCode } from '../../testing/authenticator-app.js';
import { FactorStage, HOST } from '../../testing/factor-stage.js';
import { SoftwareAuthenticator } from '../../testing/software-authenticator.js';

let stage: FactorStage;

beforeAll(async () => {
  stage = await FactorStage.start();
});
afterAll(() => stage?.end());

describe('a passkey', () => {
  test('is added, asked for at log-in, and opens the company', async () => {
    const ann = await stage.register();
    const { authenticator, codes } = await stage.addPasskey(ann);
    expect(codes).toHaveLength(10);
    const asked = (await stage.logIn(ann)).body.secondFactor;
    expect(asked.methods).toEqual(['passkey', 'recovery']);
    expect(asked.passkey).toMatchObject({ rpId: HOST, allowCredentials: [{ id: authenticator.id }] });
    const entered = await stage.finish(asked.token, {
      method: 'passkey',
      assertion: authenticator.get(asked.passkey),
    });
    expect(entered.status, JSON.stringify(entered.body)).toBe(200);
    expect(await stage.me(entered.body.accessToken)).toBe(200);
  });

  test.each<[string, (a: SoftwareAuthenticator, options: any, older: any) => object]>([
    ['for another question', (a, _options, older) => a.get(older)],
    ['from another site', (a, options) => a.get(options, { origin: 'https://crm.example.com.evil.example' })],
    ['for another relying party', (a, options) => a.get({ ...options, rpId: 'evil.example' })],
    [
      'by another authenticator under its id',
      (a, options) => ({
        ...new SoftwareAuthenticator(`https://${HOST}`).get(options),
        id: a.id,
        rawId: a.id,
      }),
    ],
    [
      'by an authenticator nobody knows',
      (_a, options) => new SoftwareAuthenticator(`https://${HOST}`).get(options),
    ],
    [
      'that went back in its count (a clone)',
      (a, options) => {
        a.get(options);
        return a.get(options, { counter: 1 });
      },
    ],
    [
      'that was altered',
      (a, options) => {
        const answer: any = a.get(options);
        answer.response.signature = answer.response.signature.replace(/.$/, (c: string) =>
          c === 'A' ? 'B' : 'A',
        );
        answer.response.authenticatorData = answer.response.authenticatorData.replace(/^./, (c: string) =>
          c === 'A' ? 'B' : 'A',
        );
        return answer;
      },
    ],
    [
      'of nonsense',
      (a) => ({
        id: a.id,
        rawId: a.id,
        type: 'public-key',
        response: { clientDataJSON: '!', authenticatorData: '', signature: '' },
      }),
    ],
  ])('an assertion %s proves nothing', async (_name, cheat) => {
    const ann = await stage.register();
    const { authenticator } = await stage.addPasskey(ann);
    const ask = async () => (await stage.logIn(ann)).body.secondFactor;
    const first = await ask();
    expect(
      (
        await stage.finish(first.token, {
          method: 'passkey',
          assertion: authenticator.get(first.passkey, { counter: 5 }),
        })
      ).status,
    ).toBe(200);
    const asked = await ask();
    const answer = await stage.finish(asked.token, {
      method: 'passkey',
      assertion: cheat(authenticator, asked.passkey, first.passkey),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(401);
    expect(answer.body.code).toBe('invalidSecondFactor');
    const right = { method: 'passkey', assertion: authenticator.get(asked.passkey, { counter: 9 }) };
    expect((await stage.finish(asked.token, right)).status).toBe(200);
  });

  test('an assertion does not work a second time', async () => {
    const ann = await stage.register();
    const { authenticator } = await stage.addPasskey(ann);
    const asked = (await stage.logIn(ann)).body.secondFactor;
    const answer = { method: 'passkey', assertion: authenticator.get(asked.passkey) };
    expect((await stage.finish(asked.token, answer)).status).toBe(200);
    expect((await stage.finish(asked.token, answer)).body.code).toBe('secondFactorEnded');
  });

  test('one made for another challenge, or already added by another person, is refused', async () => {
    const [ann, bob] = [await stage.register(), await stage.register()];
    const { authenticator } = await stage.addPasskey(ann);
    const begun = await stage.send('POST', '/auth/second-factors/passkey', bob.token, {});
    const confirm = (attestation: object) =>
      stage.send('POST', '/auth/second-factors/passkey/confirm', bob.token, {
        enrolment: begun.body.enrolment,
        attestation,
      });
    const { options } = begun.body;
    const other = new SoftwareAuthenticator(`https://${HOST}`);
    const stale = await confirm(other.create({ ...options, challenge: 'c29tZXRoaW5nIGVsc2U' }));
    expect(stale.status).toBe(422);
    expect(stale.body.errors).toMatchObject([{ pointer: '/attestation' }]);
    const evil = new SoftwareAuthenticator('https://evil.example');
    expect((await confirm(evil.create(options))).status).toBe(422);
    expect((await confirm(authenticator.create(options))).body.code).toBe('passkeyTaken');
    expect((await confirm(other.create(options))).status).toBe(201);
  });
});

describe('a challenge', () => {
  test('five wrong answers make it void, and the password starts a new one', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    for (let i = 0; i < 5; i++)
      expect((await stage.finish(token, { method: 'totp', code: '000000' })).body.code).toBe(
        'invalidSecondFactor',
      );
    const right = { method: 'totp', code: appCode(secret) };
    expect((await stage.finish(token, right)).body.code).toBe('secondFactorEnded');
    expect((await stage.finish((await stage.logIn(ann)).body.secondFactor.token, right)).status).toBe(200);
  });

  test('concurrent guesses at one challenge are counted one by one', async () => {
    const ann = await stage.register();
    await stage.addApp(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    await Promise.all(
      Array.from({ length: 9 }, (_, i) => stage.finish(token, { method: 'totp', code: `00000${i}` })),
    );
    const { rows } = await stage.owner.query(
      'select failures from second_factor_challenge where identity_id = $1 and purpose = $2',
      [ann.identityId, 'logIn'],
    );
    expect(rows).toEqual([{ failures: 5 }]);
  });

  test('expires', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    await stage.owner.query(
      `update second_factor_challenge set expires_at = now() - interval '1 second' where identity_id = $1`,
      [ann.identityId],
    );
    expect((await stage.finish(token, { method: 'totp', code: appCode(secret) })).body.code).toBe(
      'secondFactorEnded',
    );
  });

  test('its token works only for its own step, and an access token does not work there', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    expect(await stage.me(token)).toBe(401);
    expect((await stage.send('GET', '/auth/second-factors', token)).status).toBe(401);
    const answer = { method: 'totp', code: appCode(secret) };
    for (const wrong of [ann.token, 'nonsense', `${token.slice(0, -3)}abc`])
      expect((await stage.finish(wrong, answer)).body.code).toBe('secondFactorEnded');
    expect((await stage.finish(token, answer)).status).toBe(200);
  });

  test('one issued as proof does not complete a log-in', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const asked = await stage.send('POST', '/auth/second-factors/challenge', ann.token);
    expect(asked.status).toBe(200);
    const answer = await stage.finish(asked.body.token, { method: 'totp', code: appCode(secret) });
    expect(answer.body.code).toBe('secondFactorEnded');
  });

  test.each([
    ['no method', { code: '123456' }],
    ['an unknown method', { method: 'sms', code: '123456' }],
    ['a passkey without assertion', { method: 'passkey', code: '123456' }],
    ['an unknown field', { method: 'totp', code: '123456', tenantId: 'x' }],
    ['an empty code', { method: 'totp', code: '' }],
    ['a long code', { method: 'totp', code: '1'.repeat(51) }],
    ['a code that is a number', { method: 'totp', code: 123456 }],
  ])('%s is refused with 422', async (_name, body) => {
    expect((await stage.finish('x', body)).status).toBe(422);
  });

  test('wrong codes from one address get 429, and the owner can log in from elsewhere', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    let last = 401;
    for (let round = 0; round < 4 && last === 401; round++) {
      const { token } = (await stage.logIn(ann, {}, { from: '203.0.113.7' })).body.secondFactor;
      for (let i = 0; i < 4 && last === 401; i++)
        last = (await stage.finish(token, { method: 'totp', code: '000000' }, { from: '203.0.113.7' }))
          .status;
    }
    expect(last).toBe(429);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    expect((await stage.finish(token, { method: 'totp', code: appCode(secret) })).status).toBe(200);
  });

  test('guessing codes from many addresses is limited, and blocks neither known devices nor recovery codes', async () => {
    const ann = await stage.register();
    const { secret, codes } = await stage.addApp(ann);
    await stage.passTime(ann);
    const cookieOf = (answer: { setCookie: string }) =>
      `pellucid_device=${/pellucid_device=([^;]+)/.exec(answer.setCookie)![1]}`;
    const first = (await stage.logIn(ann)).body.secondFactor;
    const known = cookieOf(await stage.finish(first.token, { method: 'recovery', code: codes[0]! }));
    const { DEFAULT_RATE_LIMITS, RateLimiter } = await import('@pellucid/platform/rate-limits');
    const { points } = DEFAULT_RATE_LIMITS.secondFactorAccount;
    await stage.api.app.get(RateLimiter).consume('secondFactorAccount', ann.identityId, points);
    const answer = { method: 'totp', code: appCode(secret) };
    const at = async (from: string, cookie?: string) => ({
      from,
      headers: { host: HOST, ...(cookie ? { cookie } : {}) },
    });
    const ask = async (call: object) => (await stage.logIn(ann, {}, call)).body.secondFactor.token;
    const stranger = await at('192.0.2.50');
    expect((await stage.finish(await ask(stranger), answer, stranger)).status).toBe(429);
    const onDevice = await at('192.0.2.51', known);
    expect((await stage.finish(await ask(onDevice), answer, onDevice)).status).toBe(200);
    const recovering = await at('192.0.2.52');
    const code = { method: 'recovery', code: codes[1]! };
    expect((await stage.finish(await ask(recovering), code, recovering)).status).toBe(200);
  });
});
