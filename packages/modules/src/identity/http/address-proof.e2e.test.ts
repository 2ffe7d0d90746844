import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { appCode } from '../testing/authenticator-app.js';
import { confirmAddress } from '../testing/confirm-address.js';
import {
  confirmationToken,
  type IdentityApi,
  identityApi,
  identityWorker,
  mailedToken,
  registration,
} from '../testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let worker: INestApplicationContext;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database);
  worker = await identityWorker(api.config);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await worker?.close();
  await api?.close();
  await database?.drop();
});

async function register(change: Record<string, unknown> = {}) {
  const wish = registration(change);
  const answer = await api.call('POST', '/auth/register', { body: wish });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { wish, token: answer.body.accessToken as string, refresh: answer.refresh!, ...answer.body };
}
const me = async (token: string) => (await api.call('GET', '/auth/me', { token })).body.user;
const logIn = async (email: string, password: string) =>
  (await api.call('POST', '/auth/login', { body: { email, password } })).status;
const beginApp = (token: string) => api.call('POST', '/auth/second-factors/totp', { token, body: {} });
const reset = (token: string, password: string) =>
  api.call('POST', '/auth/reset-password', { body: { token, password } });
const chosen = 'the owner chose this 7';

/** Adds a factor in the way that was possible before addresses had to be proven. */
async function plantFactor(person: { wish: { email: string }; token: string }): Promise<void> {
  await confirmAddress(owner, person.wish.email);
  const begun = await beginApp(person.token);
  const added = await api.call('POST', '/auth/second-factors/totp/confirm', {
    token: person.token,
    body: { enrolment: begun.body.enrolment, code: appCode(begun.body.secret), name: 'Phone' },
  });
  expect(added.status, JSON.stringify(added.body)).toBe(201);
  await owner.query('update identity set email_verified_at = null where email = $1', [person.wish.email]);
}

describe('an address that nobody has confirmed', () => {
  test('works at once, but takes no second factor', async () => {
    const person = await register();
    expect(await me(person.token)).toMatchObject({ emailVerifiedAt: null });
    expect((await api.call('GET', '/accounts', { token: person.token })).status).not.toBe(403);
    for (const kind of ['totp', 'passkey']) {
      const refused = await api.call('POST', `/auth/second-factors/${kind}`, {
        token: person.token,
        body: {},
      });
      expect([refused.status, refused.body.code]).toEqual([403, 'emailNotConfirmed']);
      expect(refused.body.detail).toContain('/auth/verify-email/resend');
    }
  });

  test('is confirmed by the mailed link; password and session stay, other sessions end', async () => {
    const person = await register();
    const elsewhere = await api.call('POST', '/auth/login', {
      body: { email: person.wish.email, password: person.wish.password },
    });
    const token = await confirmationToken(api.config, person.wish.email);
    const confirm = (session: string) =>
      api.call('POST', '/auth/verify-email', { token: session, body: { token } });
    const stranger = await register();
    expect((await confirm(stranger.token)).body.code).toBe('linkOfAnother');
    expect((await confirm(person.token)).status).toBe(204);
    expect((await me(person.token)).emailVerifiedAt).toMatch(/Z$/);
    expect((await api.call('POST', '/auth/refresh', { refresh: elsewhere.refresh! })).status).toBe(401);
    expect(await logIn(person.wish.email, person.wish.password)).toBe(200);
    expect((await beginApp(person.token)).status).toBe(200);
    expect((await confirm(person.token)).status).toBe(422);
    const again = await api.call('POST', '/auth/verify-email/resend', { token: person.token });
    expect([again.status, again.body.code]).toEqual([409, 'emailConfirmed']);
    const { rows } = await owner.query(
      `select changes from record_event where tenant_id = $1 and verb = 'addressConfirmed'`,
      [person.tenant.id],
    );
    expect(rows).toEqual([{ changes: { addressConfirmed: { before: false, after: true } } }]);
  });

  test('is mailed another link on request', async () => {
    const person = await register();
    await confirmationToken(api.config, person.wish.email);
    expect((await api.call('POST', '/auth/verify-email/resend', { token: person.token })).status).toBe(204);
    const second = await confirmationToken(api.config, person.wish.email, 2);
    const body = { token: second };
    expect((await api.call('POST', '/auth/verify-email', { token: person.token, body })).status).toBe(204);
  });
});

describe('the first mailed link takes the log-in over', () => {
  test('a reset removes password, sessions, factors and API keys of whoever registered the address', async () => {
    const stranger = await register();
    await plantFactor(stranger);
    const { rows: roles } = await owner.query(
      `select id from role where tenant_id = $1 and key = 'companyAdmin'`,
      [stranger.tenant.id],
    );
    await owner.query(
      `insert into api_key (tenant_id, id, name, role_id, secret_hash, created_by_id) values ($1, gen_random_uuid(), 'Key', $2, 'x', $3)`,
      [stranger.tenant.id, roles[0].id, stranger.user.memberId],
    );
    await api.call('POST', '/auth/forgot-password', { body: { email: stranger.wish.email } });
    const token = await mailedToken(api.config, stranger.wish.email);
    expect((await reset(token, chosen)).status).toBe(204);
    expect((await api.call('POST', '/auth/refresh', { refresh: stranger.refresh })).status).toBe(401);
    expect((await api.call('GET', '/auth/me', { token: stranger.token })).status).toBe(401);
    expect(await logIn(stranger.wish.email, stranger.wish.password)).toBe(401);
    const entered = await api.call('POST', '/auth/login', {
      body: { email: stranger.wish.email, password: chosen },
    });
    expect(entered.body).toMatchObject({ accessToken: expect.any(String) });
    const { data } = (await api.call('GET', '/auth/second-factors', { token: entered.body.accessToken }))
      .body;
    expect(data).toEqual([]);
    const { rows } = await owner.query('select revoked_at from api_key where tenant_id = $1', [
      stranger.tenant.id,
    ]);
    expect(rows).toEqual([{ revoked_at: expect.any(Date) }]);
  });

  test('the confirmation link does so too, for somebody who is not logged in', async () => {
    const stranger = await register();
    const token = await confirmationToken(api.config, stranger.wish.email);
    expect((await reset(token, chosen)).status).toBe(204);
    expect(await logIn(stranger.wish.email, stranger.wish.password)).toBe(401);
    expect(await logIn(stranger.wish.email, chosen)).toBe(200);
  });

  test('an invitation does so too, with the password entered there', async () => {
    const stranger = await register();
    const host = await register();
    const { rows: roles } = await owner.query(
      `select id from role where tenant_id = $1 and key = 'salesRep'`,
      [host.tenant.id],
    );
    const email = stranger.wish.email;
    const body = { email, name: 'Olga Owner', roleIds: [roles[0].id] };
    expect((await api.call('POST', '/members/invite', { token: host.token, body })).status).toBe(201);
    const token = await mailedToken(api.config, email);
    const look = await api.call('POST', '/auth/invitation', { body: { token } });
    expect(look.body).toMatchObject({
      company: host.wish.companyName,
      name: 'Olga Owner',
      email,
      hasLogIn: false,
    });
    const accepted = await api.call('POST', '/auth/accept-invite', {
      body: { token, name: 'Olga Owner', password: chosen },
    });
    expect([accepted.status, accepted.body.tenant]).toMatchObject([200, { id: host.tenant.id }]);
    expect((await me(accepted.body.accessToken)).emailVerifiedAt).toMatch(/Z$/);
    expect((await api.call('POST', '/auth/refresh', { refresh: stranger.refresh })).status).toBe(401);
    expect(await logIn(email, stranger.wish.password)).toBe(401);
    const used = await api.call('POST', '/auth/invitation', { body: { token } });
    expect([used.status, used.body.errors[0].code]).toEqual([422, 'linkNotValid']);
  });

  test('when two links are opened at the same time, one works and the other changes nothing', async () => {
    const stranger = await register();
    await api.call('POST', '/auth/forgot-password', { body: { email: stranger.wish.email } });
    const links = [
      await confirmationToken(api.config, stranger.wish.email),
      await mailedToken(api.config, stranger.wish.email),
    ];
    const passwords = ['the first of the two 1', 'the other of the two 2'];
    const answers = await Promise.all(links.map((link, i) => reset(link, passwords[i]!)));
    expect(answers.map((a) => a.status).sort()).toEqual([204, 422]);
    const winner = answers.findIndex((a) => a.status === 204);
    expect(await logIn(stranger.wish.email, passwords[winner]!)).toBe(200);
    expect(await logIn(stranger.wish.email, passwords[1 - winner]!)).toBe(401);
  });

  test('a log-in that waits for its second factor does not open after a takeover', async () => {
    const stranger = await register();
    const token = await confirmationToken(api.config, stranger.wish.email);
    await plantFactor(stranger);
    const asked = await api.call('POST', '/auth/login', {
      body: { email: stranger.wish.email, password: stranger.wish.password },
    });
    expect((await reset(token, chosen)).status).toBe(204);
    const late = await api.call('POST', '/auth/second-factor', {
      body: { token: asked.body.secondFactor.token, method: 'totp', code: '000000' },
    });
    expect([late.status, late.body.code]).toEqual([401, 'secondFactorEnded']);
  });
});

test('a proven log-in keeps its second factors through a reset', async () => {
  const person = await register();
  await plantFactor(person);
  await confirmAddress(owner, person.wish.email);
  await api.call('POST', '/auth/forgot-password', { body: { email: person.wish.email } });
  expect((await reset(await mailedToken(api.config, person.wish.email), chosen)).status).toBe(204);
  const asked = await api.call('POST', '/auth/login', {
    body: { email: person.wish.email, password: chosen },
  });
  expect(asked.body.secondFactor.methods).toContain('totp');
});
