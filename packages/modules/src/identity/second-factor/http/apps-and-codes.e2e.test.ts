import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appCode } from '../../testing/authenticator-app.js';
import { FactorStage } from '../../testing/factor-stage.js';

let stage: FactorStage;

beforeAll(async () => {
  stage = await FactorStage.start();
});
afterAll(() => stage?.end());

describe('an authenticator app', () => {
  test('is added by a code, asked for at log-in, and opens the company', async () => {
    const ann = await stage.register();
    const { secret, codes } = await stage.addApp(ann);
    expect(codes).toHaveLength(10);
    const list = await stage.send('GET', '/auth/second-factors', ann.token);
    expect(list.body).toMatchObject({
      data: [{ kind: 'totp', name: 'Phone', lastUsedAt: expect.any(String) }],
      recoveryCodesLeft: 10,
      required: false,
    });
    await stage.passTime(ann);
    const asked = await stage.logIn(ann);
    expect(asked.status).toBe(200);
    expect(asked.body).toEqual({
      secondFactor: { token: expect.any(String), expiresIn: 600, methods: ['totp', 'recovery'] },
    });
    expect(asked.setCookie).toBe('');
    const entered = await stage.finish(asked.body.secondFactor.token, {
      method: 'totp',
      code: appCode(secret),
    });
    expect(entered.status).toBe(200);
    expect(entered.body).toMatchObject({
      expiresIn: 900,
      user: { id: ann.identityId },
      tenant: { id: ann.tenantId },
      secondFactorPending: false,
    });
    expect(entered.refresh).toBeDefined();
    expect(await stage.me(entered.body.accessToken)).toBe(200);
    expect((await stage.api.call('POST', '/auth/refresh', { refresh: entered.refresh! })).status).toBe(200);
  });

  test('a code works once, even for a different log-in', async () => {
    const ann = await stage.register();
    const { secret, step } = await stage.addApp(ann);
    const enter = async (code: string) =>
      stage.finish((await stage.logIn(ann)).body.secondFactor.token, { method: 'totp', code });
    const refusal = { status: 401, body: { code: 'invalidSecondFactor' } };
    // The code with which the app was added is used up as well.
    expect(await enter(appCode(secret, step))).toMatchObject(refusal);
    const next = appCode(secret, step + 1);
    expect((await enter(next)).status).toBe(200);
    expect(await enter(next)).toMatchObject(refusal);
    // An older code that was never used does not work either.
    expect(await enter(appCode(secret, step - 1))).toMatchObject(refusal);
  });

  test('of two concurrent log-ins with the same code, one succeeds', async () => {
    const ann = await stage.register();
    const { secret } = await stage.addApp(ann);
    await stage.passTime(ann);
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await stage.logIn(ann)).body.secondFactor.token as string),
    );
    const code = appCode(secret);
    const answers = await Promise.all(tokens.map((token) => stage.finish(token, { method: 'totp', code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('a wrong code when adding is refused with 422, five times, then the enrolment is void', async () => {
    const ann = await stage.register();
    const begun = await stage.send('POST', '/auth/second-factors/totp', ann.token, {});
    const confirm = (code: string) =>
      stage.send('POST', '/auth/second-factors/totp/confirm', ann.token, {
        enrolment: begun.body.enrolment,
        code,
      });
    for (let i = 0; i < 5; i++) {
      const wrong = await confirm('000000');
      expect(wrong.status).toBe(422);
      expect(wrong.body.errors).toMatchObject([{ pointer: '/code', code: 'invalidSecondFactor' }]);
    }
    const late = await confirm(appCode(begun.body.secret));
    expect(late.status).toBe(409);
    expect(late.body.code).toBe('enrolmentEnded');
    expect((await stage.logIn(ann)).body.accessToken).toBeDefined();
  });

  test('an enrolment belongs to its session: nobody else can complete it', async () => {
    const [ann, bob] = [await stage.register(), await stage.register()];
    const begun = await stage.send('POST', '/auth/second-factors/totp', ann.token, {});
    const body = { enrolment: begun.body.enrolment, code: appCode(begun.body.secret) };
    expect((await stage.send('POST', '/auth/second-factors/totp/confirm', bob.token, body)).status).toBe(409);
    const elsewhere = (await stage.logIn(ann)).body.accessToken;
    expect((await stage.send('POST', '/auth/second-factors/totp/confirm', elsewhere, body)).status).toBe(409);
    expect((await stage.send('POST', '/auth/second-factors/totp/confirm', ann.token, body)).status).toBe(201);
  });

  test('adding the first one ends sessions that were opened without any', async () => {
    const ann = await stage.register();
    const other = await stage.logIn(ann);
    await stage.addApp(ann);
    expect(await stage.me(other.body.accessToken)).toBe(401);
    expect((await stage.api.call('POST', '/auth/refresh', { refresh: other.refresh! })).status).toBe(401);
    expect(await stage.me(ann.token)).toBe(200);
  });

  test('its secret and the recovery codes are stored nowhere in clear', async () => {
    const ann = await stage.register();
    const { secret, codes } = await stage.addApp(ann);
    const raw = Buffer.from(secret, 'utf8').toString('hex');
    for (const table of ['second_factor', 'second_factor_challenge', 'recovery_code', 'record_event']) {
      const { rows } = await stage.owner.query(
        `select count(*)::int as hits from ${table} t where t::text like any($1)`,
        [[`%${secret}%`, `%${raw}%`, ...codes.flatMap((c) => [`%${c}%`, `%${c.replaceAll('-', '')}%`])]],
      );
      expect(rows, table).toEqual([{ hits: 0 }]);
    }
  });
});

describe('recovery codes', () => {
  test('each works once, however it is typed, and the company’s log records it', async () => {
    const ann = await stage.register();
    const { codes } = await stage.addApp(ann);
    const use = async (code: string) =>
      stage.finish((await stage.logIn(ann)).body.secondFactor.token, { method: 'recovery', code });
    expect((await use(codes[0]!.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await use(codes[0]!)).status).toBe(401);
    expect((await use(codes[1]!)).status).toBe(200);
    const list = await stage.send('GET', '/auth/second-factors', ann.token);
    expect(list.body.recoveryCodesLeft).toBe(8);
    expect((await stage.eventsOf(ann, 'recoveryCodeUsed')).map((e) => e.changes.codesLeft.after)).toEqual([
      9, 8,
    ]);
  });

  test('of ten concurrent uses of one code, one succeeds', async () => {
    const ann = await stage.register();
    const { codes } = await stage.addApp(ann);
    const tokens = [];
    for (let i = 0; i < 6; i++) tokens.push((await stage.logIn(ann)).body.secondFactor.token);
    const answers = await Promise.all(
      tokens.map((token) => stage.finish(token, { method: 'recovery', code: codes[0]! })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("another person's codes do not work", async () => {
    const [ann, bob] = [await stage.register(), await stage.register()];
    await stage.addApp(ann);
    const { codes } = await stage.addApp(bob);
    const { token } = (await stage.logIn(ann)).body.secondFactor;
    expect((await stage.finish(token, { method: 'recovery', code: codes[0]! })).status).toBe(401);
  });

  test('new ones require proof and make the old ones void', async () => {
    const ann = await stage.register();
    const { codes } = await stage.addApp(ann);
    expect((await stage.send('POST', '/auth/second-factors/recovery-codes', ann.token, {})).status).toBe(422);
    const wrong = await stage.send('POST', '/auth/second-factors/recovery-codes', ann.token, {
      proof: { password: 'not the right one 5' },
    });
    expect(wrong.body.errors).toMatchObject([{ pointer: '/proof/password', code: 'wrongPassword' }]);
    const renewed = await stage.send('POST', '/auth/second-factors/recovery-codes', ann.token, {
      proof: { password: ann.wish.password },
    });
    expect(renewed.status).toBe(200);
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    const use = async (code: string) =>
      stage.finish((await stage.logIn(ann)).body.secondFactor.token, { method: 'recovery', code });
    expect((await use(codes[3]!)).status).toBe(401);
    expect((await use(renewed.body.recoveryCodes[3])).status).toBe(200);
  });
});
