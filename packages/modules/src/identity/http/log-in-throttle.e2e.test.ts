import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_RATE_LIMITS, RateLimiter } from '@pellucid/platform/rate-limits';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { hashToken } from '../secret-token.js';
import { type Answer, type IdentityApi, identityApi, registration } from '../testing/identity-api.js';

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

const deviceOf = ({ setCookie }: Answer) =>
  `pellucid_device=${/pellucid_device=([^;]+)/.exec(setCookie)?.[1]}`;

/** Registers a person from an IP address of their own. */
async function register(from: string) {
  const wish = registration();
  const answer = await api.call('POST', '/auth/register', { body: wish, from });
  expect(answer.status).toBe(201);
  return { wish, device: deviceOf(answer), identityId: answer.body.user.id as string };
}
const logIn = (wish: { email: string; password: string }, from: string, cookie?: string) =>
  api.call('POST', '/auth/login', {
    body: { email: wish.email, password: wish.password },
    from,
    ...(cookie ? { headers: { cookie } } : {}),
  });
const wrong = (wish: { email: string }) => ({ email: wish.email, password: 'a wrong guess 123' });
/** Counts failures as if many strangers had guessed from different addresses. */
const guessedFromEverywhere = (email: string) =>
  api.app
    .get(RateLimiter)
    .consume('loginAccount', email.toLowerCase(), DEFAULT_RATE_LIMITS.loginAccount.points);

test('a log-in sets a device cookie that only auth endpoints receive and no script can read', async () => {
  const answer = await logIn((await register('192.0.2.1')).wish, '192.0.2.1');
  const cookie = answer.headers['set-cookie'].find((c: string) => c.startsWith('pellucid_device='));
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect(cookie).toMatch(/Path=\/api\/v1\/auth/);
  const refused = await logIn(wrong(registration()), '192.0.2.1');
  expect(refused.setCookie).toBe('');
});

test('guessing from many addresses at one account is limited, whether or not the account exists', async () => {
  const { wish } = await register('192.0.2.2');
  const unknown = registration();
  for (const { email } of [wish, unknown]) {
    const points = DEFAULT_RATE_LIMITS.loginAccount.points;
    const limiter = api.app.get(RateLimiter);
    await limiter.consume('loginAccount', email, points - 3);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await logIn(wrong({ email }), `203.0.113.${i}`)).status);
    expect(statuses, email).toEqual([401, 401, 401, 429, 429, 429]);
  }
});

test('strangers who guess from everywhere do not lock out the owner on a known device or at a known address', async () => {
  const { wish, device } = await register('192.0.2.3');
  await guessedFromEverywhere(wish.email);
  expect((await logIn(wish, '198.51.100.9')).status).toBe(429);
  // From the known device elsewhere, and from the known address without its cookie.
  expect((await logIn(wish, '198.51.100.9', device)).status).toBe(200);
  expect((await logIn(wish, '192.0.2.3')).status).toBe(200);
});

test('strangers who use up the limit of the owner’s address do not lock out the known device', async () => {
  const { wish, device } = await register('192.0.2.4');
  let last = 401;
  for (let i = 0; i < 20 && last === 401; i++) last = (await logIn(wrong(wish), '192.0.2.4')).status;
  expect(last).toBe(429);
  expect((await logIn(wish, '192.0.2.4')).status).toBe(429);
  expect((await logIn(wish, '192.0.2.4', device)).status).toBe(200);
});

test('a stolen device cookie allows few guesses and does not affect other people’s counts', async () => {
  const { wish, device } = await register('192.0.2.5');
  const second = deviceOf(await logIn(wish, '192.0.2.5'));
  let last = 401;
  let guesses = 0;
  for (; guesses < 30 && last === 401; guesses++)
    last = (await logIn(wrong(wish), `203.0.113.${guesses}`, device)).status;
  expect(last).toBe(429);
  expect(guesses - 1).toBe(DEFAULT_RATE_LIMITS.loginDevice.points);
  expect((await logIn(wish, '203.0.113.99', device)).status).toBe(429);
  expect((await logIn(wish, '203.0.113.99', second)).status).toBe(200);
});

test('one person’s cookie does not count for another, and a forged one does not count at all', async () => {
  const [ann, bob] = [await register('192.0.2.6'), await register('192.0.2.7')];
  await guessedFromEverywhere(bob.wish.email);
  for (const cookie of [ann.device, `${bob.device}x`, bob.device.replace(/\.[^.]+$/, `.${'A'.repeat(22)}`)])
    expect((await logIn(bob.wish, '198.51.100.10', cookie)).status).toBe(429);
  expect((await logIn(bob.wish, '198.51.100.10', bob.device)).status).toBe(200);
});

test('a mailed link lets the owner in from anywhere, while strangers keep guessing', async () => {
  const { wish, identityId } = await register('192.0.2.8');
  await guessedFromEverywhere(wish.email);
  await owner.query(
    `insert into password_reset (token_hash, identity_id, expires_at) values ($1, $2, now() + interval '1 hour')`,
    [hashToken('mailed'), identityId],
  );
  const password = 'another good phrase 8';
  const reset = await api.call('POST', '/auth/reset-password', {
    body: { token: 'mailed', password },
    from: '198.51.100.11',
  });
  expect(reset.status).toBe(204);
  expect((await logIn({ ...wish, password }, '198.51.100.11')).status).toBe(429);
  expect((await logIn({ ...wish, password }, '198.51.100.11', deviceOf(reset))).status).toBe(200);
});

test('guessing the current password in order to change it is limited as well', async () => {
  const { wish, device } = await register('192.0.2.9');
  const { accessToken } = (await logIn(wish, '192.0.2.9')).body;
  const guess = () =>
    api.call('POST', '/auth/change-password', {
      token: accessToken,
      body: { currentPassword: 'a wrong guess 123', newPassword: 'another good phrase 8' },
      from: '192.0.2.9',
      headers: { cookie: device },
    });
  let last = await guess();
  for (let i = 0; i < 20 && last.status === 422; i++) last = await guess();
  expect(last.status).toBe(429);
});
