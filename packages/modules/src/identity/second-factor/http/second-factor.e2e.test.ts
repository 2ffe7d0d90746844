import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { appCode } from '../../testing/authenticator-app.js';
import { type IdentityApi, identityApi, registration } from '../../testing/identity-api.js';
import { SoftwareAuthenticator } from '../../testing/software-authenticator.js';

const HOST = 'crm.example.com';
let database: TestDatabase;
let api: IdentityApi;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database, { PELLUCID_PUBLIC_URL: `https://${HOST}` });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
  await database?.drop();
});

interface Person {
  wish: ReturnType<typeof registration>;
  token: string;
  refresh: string;
  tenantId: string;
  memberId: string;
  identityId: string;
}

async function register(change: Record<string, unknown> = {}): Promise<Person> {
  const wish = registration(change);
  const { status, body, refresh } = await api.call('POST', '/auth/register', { body: wish });
  expect(status, JSON.stringify(body)).toBe(201);
  return {
    wish,
    token: body.accessToken,
    refresh: refresh!,
    tenantId: body.tenant.id,
    memberId: body.user.memberId,
    identityId: body.user.id,
  };
}
const send = (method: string, path: string, token?: string, body?: unknown, more: object = {}) =>
  api.call(method, path, {
    ...(token ? { token } : {}),
    ...(body === undefined ? {} : { body }),
    headers: { host: HOST },
    ...more,
  });
const logIn = ({ wish }: Person, more: object = {}, call: object = {}) =>
  send('POST', '/auth/login', undefined, { email: wish.email, password: wish.password, ...more }, call);
const finish = (token: string, answer: object, call: object = {}) =>
  send('POST', '/auth/second-factor', undefined, { token, ...answer }, call);
const me = async (token: string) => (await send('GET', '/auth/me', token)).status;
/** Lets codes of the same half-minute work again, as if time had passed. */
const passTime = ({ identityId }: Person) =>
  owner.query('update second_factor set last_step = null where identity_id = $1', [identityId]);

/** Adds an authenticator app. @returns its secret and the recovery codes */
async function addApp(person: Person, proof?: object) {
  const begun = await send('POST', '/auth/second-factors/totp', person.token, proof ? { proof } : {});
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const { enrolment, secret } = begun.body;
  const added = await send('POST', '/auth/second-factors/totp/confirm', person.token, {
    enrolment,
    code: appCode(secret),
    name: 'Phone',
  });
  expect(added.status, JSON.stringify(added.body)).toBe(201);
  person.token = added.body.accessToken;
  return { secret: secret as string, codes: added.body.recoveryCodes as string[], id: added.body.factor.id };
}

/** Adds a passkey. */
async function addPasskey(person: Person, proof?: object) {
  const authenticator = new SoftwareAuthenticator(`https://${HOST}`);
  const begun = await send('POST', '/auth/second-factors/passkey', person.token, proof ? { proof } : {});
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const { enrolment, options } = begun.body;
  const added = await send('POST', '/auth/second-factors/passkey/confirm', person.token, {
    enrolment,
    attestation: authenticator.create(options),
    name: 'Key ring',
  });
  expect(added.status, JSON.stringify(added.body)).toBe(201);
  person.token = added.body.accessToken;
  return { authenticator, id: added.body.factor.id as string, codes: added.body.recoveryCodes };
}

async function eventsOf({ tenantId }: Person, verb?: string) {
  const { rows } = await owner.query(
    `select verb, record_id, changes, actor_kind, actor_id, origin from record_event
      where tenant_id = $1 and object = 'security.member' and ($2::text is null or verb = $2) order by id`,
    [tenantId, verb ?? null],
  );
  return rows;
}

/** Lets the company require a second factor. */
async function require(person: Person, isRequired = true) {
  const answer = await send('PATCH', '/settings', person.token, { requireSecondFactor: isRequired });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

/** Brings somebody into the company. */
async function join(company: Person, wish = registration(), roleKey = 'salesRep') {
  const { rows } = await owner.query('select id from role where tenant_id = $1 and key = $2', [
    company.tenantId,
    roleKey,
  ]);
  const invited = await send('POST', '/members/invite', company.token, {
    email: wish.email,
    name: wish.name,
    roleIds: [rows[0].id],
  });
  expect(invited.status, JSON.stringify(invited.body)).toBe(201);
  // The link is mailed by the worker; here its token is put in place.
  const token = `invitation-${crypto.randomUUID()}`;
  await owner.query(
    `update invitation set token_hash = replace(replace(rtrim(encode(sha256($2::bytea), 'base64'), '='), '+', '-'), '/', '_')
      where id = $1`,
    [invited.body.id, token],
  );
  const accepted = await send('POST', '/auth/accept-invite', undefined, {
    token,
    name: wish.name,
    password: wish.password,
  });
  return { wish, accepted, memberId: invited.body.memberId as string };
}

describe('an authenticator app', () => {
  test('is added by a code, asked for at log-in, and opens the company', async () => {
    const ann = await register();
    const { secret, codes } = await addApp(ann);
    expect(codes).toHaveLength(10);
    const list = await send('GET', '/auth/second-factors', ann.token);
    expect(list.body).toMatchObject({
      data: [{ kind: 'totp', name: 'Phone', lastUsedAt: expect.any(String) }],
      recoveryCodesLeft: 10,
      required: false,
    });
    await passTime(ann);
    const asked = await logIn(ann);
    expect(asked.status).toBe(200);
    expect(asked.body).toEqual({
      secondFactor: { token: expect.any(String), expiresIn: 600, methods: ['totp', 'recovery'] },
    });
    expect(asked.setCookie).toBe('');
    const entered = await finish(asked.body.secondFactor.token, { method: 'totp', code: appCode(secret) });
    expect(entered.status).toBe(200);
    expect(entered.body).toMatchObject({
      expiresIn: 900,
      user: { id: ann.identityId },
      tenant: { id: ann.tenantId },
      secondFactorPending: false,
    });
    expect(entered.refresh).toBeDefined();
    expect(await me(entered.body.accessToken)).toBe(200);
    expect((await api.call('POST', '/auth/refresh', { refresh: entered.refresh! })).status).toBe(200);
  });

  test('a code works once, also where the log-in it was used for is another', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    const ask = async () => (await logIn(ann)).body.secondFactor.token;
    // The code that added the app is used up as well.
    expect((await finish(await ask(), { method: 'totp', code: appCode(secret) })).body.code).toBe(
      'invalidSecondFactor',
    );
    const next = appCode(secret, 1);
    expect((await finish(await ask(), { method: 'totp', code: next })).status).toBe(200);
    const again = await finish(await ask(), { method: 'totp', code: next });
    expect(again.status).toBe(401);
    expect(again.body.code).toBe('invalidSecondFactor');
    // Nor does an older one that was never used.
    expect((await finish(await ask(), { method: 'totp', code: appCode(secret, 0) })).status).toBe(401);
  });

  test('of two log-ins with the same code at once, one succeeds', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await logIn(ann)).body.secondFactor.token as string),
    );
    const code = appCode(secret);
    const answers = await Promise.all(tokens.map((token) => finish(token, { method: 'totp', code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('a wrong code when adding is refused with 422, five times, then the enrolment is void', async () => {
    const ann = await register();
    const begun = await send('POST', '/auth/second-factors/totp', ann.token, {});
    const confirm = (code: string) =>
      send('POST', '/auth/second-factors/totp/confirm', ann.token, { enrolment: begun.body.enrolment, code });
    for (let i = 0; i < 5; i++) {
      const wrong = await confirm('000000');
      expect(wrong.status).toBe(422);
      expect(wrong.body.errors).toMatchObject([{ pointer: '/code', code: 'invalidSecondFactor' }]);
    }
    const late = await confirm(appCode(begun.body.secret));
    expect(late.status).toBe(409);
    expect(late.body.code).toBe('enrolmentEnded');
    expect((await logIn(ann)).body.accessToken).toBeDefined();
  });

  test('an enrolment belongs to its session: nobody else finishes it', async () => {
    const [ann, bob] = [await register(), await register()];
    const begun = await send('POST', '/auth/second-factors/totp', ann.token, {});
    const body = { enrolment: begun.body.enrolment, code: appCode(begun.body.secret) };
    expect((await send('POST', '/auth/second-factors/totp/confirm', bob.token, body)).status).toBe(409);
    const elsewhere = (await logIn(ann)).body.accessToken;
    expect((await send('POST', '/auth/second-factors/totp/confirm', elsewhere, body)).status).toBe(409);
    expect((await send('POST', '/auth/second-factors/totp/confirm', ann.token, body)).status).toBe(201);
  });

  test('adding the first one ends sessions that were opened without any', async () => {
    const ann = await register();
    const other = await logIn(ann);
    await addApp(ann);
    expect(await me(other.body.accessToken)).toBe(401);
    expect((await api.call('POST', '/auth/refresh', { refresh: other.refresh! })).status).toBe(401);
    expect(await me(ann.token)).toBe(200);
  });

  test('its secret and the recovery codes stand nowhere in clear', async () => {
    const ann = await register();
    const { secret, codes } = await addApp(ann);
    const raw = Buffer.from(secret, 'utf8').toString('hex');
    for (const table of ['second_factor', 'second_factor_challenge', 'recovery_code', 'record_event']) {
      const { rows } = await owner.query(
        `select count(*)::int as hits from ${table} t where t::text like any($1)`,
        [[`%${secret}%`, `%${raw}%`, ...codes.flatMap((c) => [`%${c}%`, `%${c.replaceAll('-', '')}%`])]],
      );
      expect(rows, table).toEqual([{ hits: 0 }]);
    }
  });
});

describe('recovery codes', () => {
  test('each opens once, however it is typed, and the company is told', async () => {
    const ann = await register();
    const { codes } = await addApp(ann);
    const use = async (code: string) =>
      finish((await logIn(ann)).body.secondFactor.token, { method: 'recovery', code });
    expect((await use(codes[0]!.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await use(codes[0]!)).status).toBe(401);
    expect((await use(codes[1]!)).status).toBe(200);
    const list = await send('GET', '/auth/second-factors', ann.token);
    expect(list.body.recoveryCodesLeft).toBe(8);
    expect((await eventsOf(ann, 'recoveryCodeUsed')).map((e) => e.changes.codesLeft.after)).toEqual([9, 8]);
  });

  test('of ten uses of one code at once, one succeeds', async () => {
    const ann = await register();
    const { codes } = await addApp(ann);
    const tokens = [];
    for (let i = 0; i < 6; i++) tokens.push((await logIn(ann)).body.secondFactor.token);
    const answers = await Promise.all(
      tokens.map((token) => finish(token, { method: 'recovery', code: codes[0]! })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("another person's codes open nothing", async () => {
    const [ann, bob] = [await register(), await register()];
    await addApp(ann);
    const { codes } = await addApp(bob);
    const { token } = (await logIn(ann)).body.secondFactor;
    expect((await finish(token, { method: 'recovery', code: codes[0]! })).status).toBe(401);
  });

  test('new ones need proof and make the old ones void', async () => {
    const ann = await register();
    const { codes } = await addApp(ann);
    expect((await send('POST', '/auth/second-factors/recovery-codes', ann.token, {})).status).toBe(422);
    const wrong = await send('POST', '/auth/second-factors/recovery-codes', ann.token, {
      proof: { password: 'not the right one 5' },
    });
    expect(wrong.body.errors).toMatchObject([{ pointer: '/proof/password', code: 'wrongPassword' }]);
    const renewed = await send('POST', '/auth/second-factors/recovery-codes', ann.token, {
      proof: { password: ann.wish.password },
    });
    expect(renewed.status).toBe(200);
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    const use = async (code: string) =>
      finish((await logIn(ann)).body.secondFactor.token, { method: 'recovery', code });
    expect((await use(codes[3]!)).status).toBe(401);
    expect((await use(renewed.body.recoveryCodes[3])).status).toBe(200);
  });
});

describe('a passkey', () => {
  test('is added, asked for at log-in, and opens the company', async () => {
    const ann = await register();
    const { authenticator, codes } = await addPasskey(ann);
    expect(codes).toHaveLength(10);
    const asked = (await logIn(ann)).body.secondFactor;
    expect(asked.methods).toEqual(['passkey', 'recovery']);
    expect(asked.passkey).toMatchObject({ rpId: HOST, allowCredentials: [{ id: authenticator.id }] });
    const entered = await finish(asked.token, {
      method: 'passkey',
      assertion: authenticator.get(asked.passkey),
    });
    expect(entered.status, JSON.stringify(entered.body)).toBe(200);
    expect(await me(entered.body.accessToken)).toBe(200);
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
    const ann = await register();
    const { authenticator } = await addPasskey(ann);
    const ask = async () => (await logIn(ann)).body.secondFactor;
    const first = await ask();
    expect(
      (
        await finish(first.token, {
          method: 'passkey',
          assertion: authenticator.get(first.passkey, { counter: 5 }),
        })
      ).status,
    ).toBe(200);
    const asked = await ask();
    const answer = await finish(asked.token, {
      method: 'passkey',
      assertion: cheat(authenticator, asked.passkey, first.passkey),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(401);
    expect(answer.body.code).toBe('invalidSecondFactor');
    const right = { method: 'passkey', assertion: authenticator.get(asked.passkey, { counter: 9 }) };
    expect((await finish(asked.token, right)).status).toBe(200);
  });

  test('an assertion that was used is worth nothing a second time', async () => {
    const ann = await register();
    const { authenticator } = await addPasskey(ann);
    const asked = (await logIn(ann)).body.secondFactor;
    const answer = { method: 'passkey', assertion: authenticator.get(asked.passkey) };
    expect((await finish(asked.token, answer)).status).toBe(200);
    expect((await finish(asked.token, answer)).body.code).toBe('secondFactorEnded');
  });

  test('one made for another question, or by another person already, is not added', async () => {
    const [ann, bob] = [await register(), await register()];
    const { authenticator } = await addPasskey(ann);
    const begun = await send('POST', '/auth/second-factors/passkey', bob.token, {});
    const confirm = (attestation: object) =>
      send('POST', '/auth/second-factors/passkey/confirm', bob.token, {
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
  test('five wrong answers make it void, and the password opens a new one', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    for (let i = 0; i < 5; i++)
      expect((await finish(token, { method: 'totp', code: '000000' })).body.code).toBe('invalidSecondFactor');
    const right = { method: 'totp', code: appCode(secret) };
    expect((await finish(token, right)).body.code).toBe('secondFactorEnded');
    expect((await finish((await logIn(ann)).body.secondFactor.token, right)).status).toBe(200);
  });

  test('guesses at one challenge all at once are counted one by one', async () => {
    const ann = await register();
    await addApp(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    await Promise.all(
      Array.from({ length: 9 }, (_, i) => finish(token, { method: 'totp', code: `00000${i}` })),
    );
    const { rows } = await owner.query(
      'select failures from second_factor_challenge where identity_id = $1 and purpose = $2',
      [ann.identityId, 'logIn'],
    );
    expect(rows).toEqual([{ failures: 5 }]);
  });

  test('it runs out', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    await owner.query(
      `update second_factor_challenge set expires_at = now() - interval '1 second' where identity_id = $1`,
      [ann.identityId],
    );
    expect((await finish(token, { method: 'totp', code: appCode(secret) })).body.code).toBe(
      'secondFactorEnded',
    );
  });

  test('its token opens nothing but its own step, and an access token does not open that', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    expect(await me(token)).toBe(401);
    expect((await send('GET', '/auth/second-factors', token)).status).toBe(401);
    const answer = { method: 'totp', code: appCode(secret) };
    for (const wrong of [ann.token, 'nonsense', `${token.slice(0, -3)}abc`])
      expect((await finish(wrong, answer)).body.code).toBe('secondFactorEnded');
    expect((await finish(token, answer)).status).toBe(200);
  });

  test('one that was asked as proof does not open a log-in', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const asked = await send('POST', '/auth/second-factors/challenge', ann.token);
    expect(asked.status).toBe(200);
    const answer = await finish(asked.body.token, { method: 'totp', code: appCode(secret) });
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
    expect((await finish('x', body)).status).toBe(422);
  });

  test('wrong codes from one address are answered with 429, and the owner elsewhere gets in', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    let last = 401;
    for (let round = 0; round < 4 && last === 401; round++) {
      const { token } = (await logIn(ann, {}, { from: '203.0.113.7' })).body.secondFactor;
      for (let i = 0; i < 4 && last === 401; i++)
        last = (await finish(token, { method: 'totp', code: '000000' }, { from: '203.0.113.7' })).status;
    }
    expect(last).toBe(429);
    const { token } = (await logIn(ann)).body.secondFactor;
    expect((await finish(token, { method: 'totp', code: appCode(secret) })).status).toBe(200);
  });

  test('guessing codes from many addresses is bounded, and keeps neither known devices nor recovery codes out', async () => {
    const ann = await register();
    const { secret, codes } = await addApp(ann);
    await passTime(ann);
    const cookieOf = (answer: { setCookie: string }) =>
      `pellucid_device=${/pellucid_device=([^;]+)/.exec(answer.setCookie)![1]}`;
    const first = (await logIn(ann)).body.secondFactor;
    const known = cookieOf(await finish(first.token, { method: 'recovery', code: codes[0]! }));
    const { DEFAULT_RATE_LIMITS, RateLimiter } = await import('@pellucid/platform/rate-limits');
    const { points } = DEFAULT_RATE_LIMITS.secondFactorAccount;
    await api.app.get(RateLimiter).consume('secondFactorAccount', ann.identityId, points);
    const answer = { method: 'totp', code: appCode(secret) };
    const at = async (from: string, cookie?: string) => ({
      from,
      headers: { host: HOST, ...(cookie ? { cookie } : {}) },
    });
    const ask = async (call: object) => (await logIn(ann, {}, call)).body.secondFactor.token;
    const stranger = await at('192.0.2.50');
    expect((await finish(await ask(stranger), answer, stranger)).status).toBe(429);
    const onDevice = await at('192.0.2.51', known);
    expect((await finish(await ask(onDevice), answer, onDevice)).status).toBe(200);
    const recovering = await at('192.0.2.52');
    const code = { method: 'recovery', code: codes[1]! };
    expect((await finish(await ask(recovering), code, recovering)).status).toBe(200);
  });
});

describe('changing one’s factors', () => {
  test('removing one needs the password, or a factor', async () => {
    const ann = await register();
    const { id, secret } = await addApp(ann);
    const { id: passkey, authenticator } = await addPasskey(ann, { password: ann.wish.password });
    const remove = (factor: string, body: object) =>
      send('POST', `/auth/second-factors/${factor}/remove`, ann.token, body);
    expect((await remove(passkey, {})).status).toBe(422);
    expect((await remove(passkey, { proof: { password: 'not the right one 5' } })).status).toBe(422);
    expect((await remove(passkey, { proof: { method: 'totp', code: '000000' } })).body.errors).toMatchObject([
      { pointer: '/proof/code' },
    ]);
    const asked = (await send('POST', '/auth/second-factors/challenge', ann.token)).body;
    const assertion = authenticator.get(asked.passkey);
    expect(
      (await remove(passkey, { proof: { method: 'passkey', token: asked.token, assertion } })).status,
    ).toBe(204);
    await passTime(ann);
    expect((await remove(id, { proof: { method: 'totp', code: appCode(secret) } })).status).toBe(204);
    expect((await send('GET', '/auth/second-factors', ann.token)).body).toEqual({
      data: [],
      recoveryCodesLeft: 0,
      required: false,
    });
    expect((await logIn(ann)).body.accessToken).toBeDefined();
  });

  test('a proof asked in another session is none here', async () => {
    const ann = await register();
    const { authenticator, id, codes } = await addPasskey(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    const other = (await finish(token, { method: 'recovery', code: codes[0] })).body.accessToken;
    const asked = (await send('POST', '/auth/second-factors/challenge', other)).body;
    const proof = { method: 'passkey', token: asked.token, assertion: authenticator.get(asked.passkey) };
    expect((await send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof })).status).toBe(401);
  });

  test('a session of yesterday needs proof to add one', async () => {
    const ann = await register();
    await owner.query(`update session set created_at = now() - interval '1 day' where identity_id = $1`, [
      ann.identityId,
    ]);
    for (const kind of ['totp', 'passkey']) {
      const refused = await send('POST', `/auth/second-factors/${kind}`, ann.token, {});
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ code: 'proofRequired', methods: ['password'] });
    }
    const proof = { password: ann.wish.password };
    expect((await send('POST', '/auth/second-factors/totp', ann.token, { proof })).status).toBe(200);
  });

  test('the password alone does not get rid of a factor that the session has not proven', async () => {
    const ann = await register();
    const { id, codes } = await addApp(ann);
    await owner.query('update session set second_factor = false where identity_id = $1', [ann.identityId]);
    const proof = { password: ann.wish.password };
    const refused = await send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof });
    expect(refused.body).toMatchObject({ code: 'proofRequired', methods: ['totp', 'recovery'] });
    expect((await send('POST', '/auth/second-factors/totp', ann.token, { proof })).status).toBe(403);
    const better = { method: 'recovery', code: codes[0]! };
    expect(
      (await send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof: better })).status,
    ).toBe(204);
  });

  test("nobody else's factor can be renamed or removed", async () => {
    const [ann, bob] = [await register(), await register()];
    const { id } = await addApp(ann);
    await addApp(bob);
    const proof = { password: bob.wish.password };
    expect((await send('POST', `/auth/second-factors/${id}/remove`, bob.token, { proof })).status).toBe(404);
    expect((await send('PATCH', `/auth/second-factors/${id}`, bob.token, { name: 'Mine' })).status).toBe(404);
    expect((await send('PATCH', `/auth/second-factors/${id}`, ann.token, { name: ' ' })).status).toBe(422);
    const renamed = await send('PATCH', `/auth/second-factors/${id}`, ann.token, { name: 'Old phone' });
    expect(renamed.body).toMatchObject({ id, name: 'Old phone' });
  });

  test('ten are enough', async () => {
    const ann = await register();
    await addApp(ann);
    await owner.query(
      `insert into second_factor (id, identity_id, kind, name, key_id, sealed_secret)
       select gen_random_uuid(), $1, 'totp', 'x', 'm1', '\\x00' from generate_series(2, 10)`,
      [ann.identityId],
    );
    expect((await send('POST', '/auth/second-factors/totp', ann.token, {})).body.code).toBe('tooManyFactors');
  });
});

describe('a company that requires a second factor', () => {
  test('a member without one can do nothing but set one up', async () => {
    const ann = await register();
    await require(ann);
    const opened = await logIn(ann);
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
      const refused = await send(method, path, token, method === 'GET' ? undefined : {});
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'secondFactorRequired']);
    }
    const known = await send('GET', '/auth/me', token);
    expect(known.body).toMatchObject({ secondFactorPending: true, settings: { requireSecondFactor: true } });
    const person = { ...ann, token };
    await addApp(person);
    expect((await send('GET', '/accounts', person.token)).status).toBe(200);
    expect((await send('GET', '/auth/me', person.token)).body.secondFactorPending).toBe(false);
    const refreshed = await api.call('POST', '/auth/refresh', { refresh: opened.refresh! });
    expect(refreshed.body.secondFactorPending).toBe(false);
    expect((await send('GET', '/accounts', refreshed.body.accessToken)).status).toBe(200);
  });

  test('it holds for sessions that are open already, within a second', async () => {
    const ann = await register();
    const bob = await join(ann);
    expect(bob.accepted.status).toBe(200);
    const token = bob.accepted.body.accessToken;
    expect((await send('GET', '/accounts', token)).status).toBe(200);
    await addApp(ann);
    await require(ann);
    await vi.waitUntil(async () => (await send('GET', '/accounts', token)).status === 403, { timeout: 1500 });
    expect((await send('GET', '/accounts', ann.token)).status).toBe(200);
    await require(ann, false);
    await vi.waitUntil(async () => (await send('GET', '/accounts', token)).status === 200, { timeout: 1500 });
  });

  test('accepting an invitation and refreshing obey it', async () => {
    const ann = await register();
    await addApp(ann);
    await require(ann);
    const { accepted } = await join(ann);
    expect(accepted.body.secondFactorPending).toBe(true);
    expect((await send('GET', '/accounts', accepted.body.accessToken)).status).toBe(403);
    const refreshed = await api.call('POST', '/auth/refresh', { refresh: accepted.refresh! });
    expect(refreshed.body.secondFactorPending).toBe(true);
    expect((await send('GET', '/accounts', refreshed.body.accessToken)).status).toBe(403);
  });

  test('switching to it obeys it, and switching away is open', async () => {
    const ann = await register();
    const strict = await register();
    const { accepted } = await join(strict, ann.wish, 'companyAdmin');
    expect(accepted.status).toBe(200);
    await addApp(strict);
    await require(strict);
    const at = (await logIn(ann, { tenant: ann.tenantId })).body;
    expect(at.secondFactorPending).toBe(false);
    const switched = await send('POST', '/auth/switch', at.accessToken, { tenantId: strict.tenantId });
    expect(switched.body).toMatchObject({ tenant: { id: strict.tenantId }, secondFactorPending: true });
    expect((await send('GET', '/accounts', switched.body.accessToken)).status).toBe(403);
    const back = await send('POST', '/auth/switch', switched.body.accessToken, { tenantId: ann.tenantId });
    expect(back.body.secondFactorPending).toBe(false);
    expect((await send('GET', '/accounts', back.body.accessToken)).status).toBe(200);
  });

  test('the last factor cannot be removed while it is required', async () => {
    const ann = await register();
    const { id } = await addApp(ann);
    await require(ann);
    const proof = { password: ann.wish.password };
    const refused = await send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof });
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('lastSecondFactor');
    await addPasskey(ann, proof);
    expect((await send('POST', `/auth/second-factors/${id}/remove`, ann.token, { proof })).status).toBe(204);
  });

  test('only who may manage settings can require it', async () => {
    const ann = await register();
    const { accepted } = await join(ann);
    const refused = await send('PATCH', '/settings', accepted.body.accessToken, {
      requireSecondFactor: true,
    });
    expect(refused.status).toBe(403);
    expect((await send('PATCH', '/settings', ann.token, { requireSecondFactor: 'yes' })).status).toBe(422);
  });

  test('an API key, which is no person, goes on', async () => {
    const ann = await register();
    await require(ann);
    const [keyId, hex] = [crypto.randomUUID(), (id: string) => id.replaceAll('-', '')];
    const key = `plc_${hex(ann.tenantId)}_${hex(keyId)}_${'x'.repeat(43)}`;
    await owner.query(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash)
       select $1, $2, 'Robot', id, encode(sha256($3::bytea), 'hex') from role where tenant_id = $1 and key = 'readOnly'`,
      [ann.tenantId, keyId, key],
    );
    await owner.query('update tenant set access_version = access_version + 1 where id = $1', [ann.tenantId]);
    await vi.waitUntil(async () => (await send('GET', '/accounts', key)).status === 200, { timeout: 1500 });
    expect((await send('GET', '/auth/second-factors', key)).body.code).toBe('needsPerson');
  });
});

describe('whoever has a second factor', () => {
  test('is asked for it on every way in: another company registered, an invitation accepted', async () => {
    const ann = await register();
    const { codes } = await addApp(ann);
    const second = await api.call('POST', '/auth/register', {
      body: { ...registration(), email: ann.wish.email, password: ann.wish.password },
    });
    expect(second.status).toBe(201);
    expect(Object.keys(second.body)).toEqual(['secondFactor']);
    expect(second.refresh).toBeUndefined();
    const host = await register();
    const { accepted } = await join(host, ann.wish);
    expect(Object.keys(accepted.body)).toEqual(['secondFactor']);
    const entered = await finish(accepted.body.secondFactor.token, { method: 'recovery', code: codes[0]! });
    expect(entered.body.tenant.id).toBe(host.tenantId);
  });

  test('is asked on a switch from a session that has not proven it', async () => {
    const ann = await register();
    const host = await register();
    await join(host, ann.wish);
    const { codes } = await addApp(ann);
    await owner.query('update session set second_factor = false where identity_id = $1', [ann.identityId]);
    const asked = await send('POST', '/auth/switch', ann.token, { tenantId: host.tenantId });
    expect(Object.keys(asked.body)).toEqual(['secondFactor']);
    const entered = await finish(asked.body.secondFactor.token, { method: 'recovery', code: codes[0]! });
    expect(entered.body.tenant.id).toBe(host.tenantId);
    expect((await api.call('POST', '/auth/refresh', { refresh: ann.refresh })).status).toBe(401);
  });

  test('is not asked again on a switch from one that has', async () => {
    const ann = await register();
    const host = await register();
    await join(host, ann.wish);
    await addApp(ann);
    const switched = await send('POST', '/auth/switch', ann.token, { tenantId: host.tenantId });
    expect(switched.body).toMatchObject({ tenant: { id: host.tenantId }, secondFactorPending: false });
  });

  test('does not get in any more when their membership ended between the two steps', async () => {
    const host = await register();
    const guest = registration();
    const { accepted, memberId } = await join(host, guest);
    const person = { ...host, wish: guest, token: accepted.body.accessToken };
    const { codes } = await addApp(person);
    const { token } = (await logIn(person)).body.secondFactor;
    expect((await send('POST', `/members/${memberId}/deactivate`, host.token)).status).toBe(204);
    expect((await finish(token, { method: 'recovery', code: codes[0]! })).status).toBe(401);
  });
});

describe('an administrator', () => {
  test('takes the factors of a member away, whose sessions end, and it stands in the log', async () => {
    const ann = await register();
    const guest = registration();
    const { accepted, memberId } = await join(ann, guest);
    const person = { ...ann, wish: guest, token: accepted.body.accessToken };
    const before = await send('GET', '/second-factor-coverage', ann.token);
    expect(before.body.data).toContainEqual({ memberId, hasSecondFactor: false });
    expect((await send('POST', `/members/${memberId}/second-factors/reset`, ann.token)).body.code).toBe(
      'noSecondFactor',
    );
    await addApp(person);
    const after = await send('GET', '/second-factor-coverage', ann.token);
    expect(after.body.data).toContainEqual({ memberId, hasSecondFactor: true });
    expect((await send('POST', `/members/${memberId}/second-factors/reset`, ann.token)).status).toBe(204);
    expect(await me(person.token)).toBe(401);
    expect((await logIn(person)).body.accessToken).toBeDefined();
    expect(await eventsOf(ann, 'secondFactorReset')).toMatchObject([
      { record_id: memberId, actor_id: ann.memberId, changes: { factors: { before: 1, after: 0 } } },
    ]);
  });

  test('cannot where the log-in is used outside of the company too, and is told why', async () => {
    const [ann, bob] = [await register(), await register()];
    const { memberId } = await join(ann, bob.wish);
    await addApp(bob);
    const refused = await send('POST', `/members/${memberId}/second-factors/reset`, ann.token);
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('sharedLogIn');
    expect((await logIn(bob)).body.secondFactor).toBeDefined();
  });

  test('can neither for themself, nor for a stranger, nor without the right', async () => {
    const [ann, stranger] = [await register(), await register()];
    await addApp(ann);
    await addApp(stranger);
    const { accepted } = await join(ann);
    const reset = (memberId: string, token: string) =>
      send('POST', `/members/${memberId}/second-factors/reset`, token);
    expect((await reset(ann.memberId, ann.token)).body.code).toBe('ownFactors');
    expect((await reset(stranger.memberId, ann.token)).status).toBe(404);
    expect((await reset(ann.memberId, accepted.body.accessToken)).status).toBe(403);
    expect((await send('GET', '/second-factor-coverage', accepted.body.accessToken)).status).toBe(403);
  });

  test('cannot for somebody with rights they do not have', async () => {
    const ann = await register();
    await addApp(ann);
    const { rows } = await owner.query(
      `insert into role (tenant_id, id, name, name_norm, permissions, system)
       values ($1, gen_random_uuid(), 'People', 'people', '[]', '{manageUsers}') returning id`,
      [ann.tenantId],
    );
    const { accepted, memberId } = await join(ann);
    const assigned = await send('PUT', `/members/${memberId}/roles`, ann.token, { roleIds: [rows[0].id] });
    expect(assigned.status).toBe(200);
    const refused = await send(
      'POST',
      `/members/${ann.memberId}/second-factors/reset`,
      accepted.body.accessToken,
    );
    expect(refused.body.code).toBe('roleNotGrantable');
  });
});

describe('the log of the company', () => {
  test('tells of log-ins, sessions, passwords and factors, by whom and from where', async () => {
    const ann = await register();
    const { secret } = await addApp(ann);
    await passTime(ann);
    const { token } = (await logIn(ann)).body.secondFactor;
    const entered = await finish(
      token,
      { method: 'totp', code: appCode(secret) },
      { headers: { host: HOST, 'user-agent': 'Some browser' }, from: '192.0.2.9' },
    );
    const { data } = (await send('GET', '/auth/sessions', ann.token)).body;
    const other = data.find((s: any) => !s.current);
    expect((await send('DELETE', `/auth/sessions/${other.id}`, ann.token)).status).toBe(204);
    await send('POST', '/auth/change-password', ann.token, {
      currentPassword: ann.wish.password,
      newPassword: 'another good phrase 8',
    });
    await api.call('POST', '/auth/logout', { token: ann.token, refresh: ann.refresh });
    const events = await eventsOf(ann);
    expect(events.map(({ verb }) => verb)).toEqual([
      'loggedIn',
      'secondFactorAdded',
      'loggedIn',
      'sessionRevoked',
      'passwordChanged',
      'loggedOut',
    ]);
    for (const event of events)
      expect(event).toMatchObject({ record_id: ann.memberId, actor_kind: 'member', actor_id: ann.memberId });
    expect(events[0].changes.method).toEqual({ after: 'registration' });
    expect(events[2]).toMatchObject({
      changes: { method: { after: 'totp' }, session: { after: other.id } },
      origin: { ip: '192.0.2.9', userAgent: 'Some browser' },
    });
    expect(entered.status).toBe(200);
    // No address, password or secret of the person stands in what everybody with the right reads.
    expect(JSON.stringify(events.map(({ changes }) => changes))).not.toContain(ann.wish.email);
  });

  test('a refresh token used twice is told', async () => {
    const ann = await register();
    await api.call('POST', '/auth/refresh', { refresh: ann.refresh });
    await api.call('POST', '/auth/refresh', { refresh: ann.refresh });
    expect(await eventsOf(ann, 'refreshReplayed')).toMatchObject([
      { record_id: ann.memberId, actor_id: null },
    ]);
  });

  test('ending all other sessions tells of each', async () => {
    const ann = await register();
    const others = [await logIn(ann), await logIn(ann)];
    const ended = await send('POST', '/auth/sessions/end-others', ann.token);
    expect(ended.body).toEqual({ ended: 2 });
    for (const { body } of others) expect(await me(body.accessToken)).toBe(401);
    expect(await me(ann.token)).toBe(200);
    expect(await eventsOf(ann, 'sessionRevoked')).toHaveLength(2);
    expect((await send('POST', '/auth/sessions/end-others', ann.token)).body).toEqual({ ended: 0 });
  });

  test('failed log-ins are told once a minute with their number, of people there are only', async () => {
    const ann = await register();
    const wrong = { ...ann, wish: { ...ann.wish, password: 'a wrong guess 123' } };
    const nobody = { ...ann, wish: registration() };
    for (let i = 0; i < 4; i++) await logIn(wrong);
    await logIn(nobody);
    const counted = async () =>
      (await owner.query('select pending from log_in_failure where identity_id = $1', [ann.identityId]))
        .rows[0]?.pending;
    await vi.waitUntil(async () => (await counted()) === 3, { timeout: 3000 });
    expect(await eventsOf(ann, 'logInFailed')).toMatchObject([
      { record_id: ann.memberId, actor_id: null, changes: { count: { after: 1 } } },
    ]);
    await owner.query(`update log_in_failure set logged_at = now() - interval '2 minutes'`);
    const { LogInFailuresRepository } = await import('../../log-in-failures.repository.js');
    await api.app.get(LogInFailuresRepository, { strict: false }).flush();
    expect((await eventsOf(ann, 'logInFailed')).map((e) => e.changes.count.after)).toEqual([1, 3]);
    expect(await counted()).toBe(0);
  });

  test('invitations, roles, deactivation and settings are told, with before and after', async () => {
    const ann = await register();
    const { memberId } = await join(ann);
    await send('PUT', `/members/${memberId}/roles`, ann.token, { roleIds: [] });
    await send('PUT', `/members/${memberId}/roles`, ann.token, { roleIds: [] });
    await send('POST', `/members/${memberId}/deactivate`, ann.token);
    await send('POST', `/members/${memberId}/activate`, ann.token);
    const about = (await eventsOf(ann)).filter((e) => e.record_id === memberId);
    expect(about.map(({ verb }) => verb)).toEqual([
      'memberInvited',
      'invitationAccepted',
      'loggedIn',
      'rolesAssigned',
      'memberDeactivated',
      'memberActivated',
    ]);
    expect(about[3].changes.roleIds).toEqual({ before: [expect.any(String)], after: [] });
    await require(ann);
    const { rows } = await owner.query(
      `select changes, record_id from record_event where tenant_id = $1 and object = 'security.tenant' and verb = 'settingsChanged'`,
      [ann.tenantId],
    );
    expect(rows).toEqual([
      { record_id: ann.tenantId, changes: { requireSecondFactor: { before: false, after: true } } },
    ]);
  });
});
