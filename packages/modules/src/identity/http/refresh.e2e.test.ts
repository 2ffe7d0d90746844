import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { hashToken } from '../secret-token.js';
import { RETRY_SECONDS } from '../sessions.repository.js';
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

async function register() {
  const wish = registration();
  const answer = await api.call('POST', '/auth/register', { body: wish });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return { wish, ...answer.body, refresh: answer.refresh! };
}
const me = (token: string) => api.call('GET', '/auth/me', { token });
/** Moves the first use of a refresh token into the past. */
const usedAgo = (token: string, seconds: number) =>
  owner.query('update refresh_token set used_at = now() - make_interval(secs => $2) where token_hash = $1', [
    hashToken(token),
    seconds,
  ]);
const refreshWith = (refresh: string | undefined) => api.call('POST', '/auth/refresh', { refresh });

test('refresh rotates the token and keeps the company', async () => {
  const { refresh, tenant, user } = await register();
  const next = await refreshWith(refresh);
  expect(next.status).toBe(200);
  expect(next.body).toMatchObject({ tenant, user, expiresIn: 900 });
  expect(next.refresh).toBeDefined();
  expect(next.refresh).not.toBe(refresh);
  expect((await refreshWith(next.refresh)).status).toBe(200);
});

test('reusing a refresh token ends its session for everybody, and no other session', async () => {
  const { wish, refresh } = await register();
  const other = await api.call('POST', '/auth/login', {
    body: { email: wish.email, password: wish.password },
  });
  const next = await refreshWith(refresh);
  await usedAgo(refresh, RETRY_SECONDS + 1);
  expect((await refreshWith(refresh)).status).toBe(401);
  expect((await refreshWith(next.refresh)).status).toBe(401);
  expect((await me(next.body.accessToken)).status).toBe(401);
  expect((await me(other.body.accessToken)).status).toBe(200);
  expect((await refreshWith(other.refresh)).status).toBe(200);
});

test('a refresh whose response was lost can be repeated, several times, and the session goes on', async () => {
  const { refresh } = await register();
  await refreshWith(refresh);
  await refreshWith(refresh);
  await usedAgo(refresh, RETRY_SECONDS / 2);
  const again = await refreshWith(refresh);
  expect(again.status).toBe(200);
  expect((await me(again.body.accessToken)).status).toBe(200);
  expect((await refreshWith(again.refresh)).status).toBe(200);
});

test('a repeated refresh does not extend the time for repeating it', async () => {
  const { refresh } = await register();
  await refreshWith(refresh);
  await usedAgo(refresh, RETRY_SECONDS / 2);
  await refreshWith(refresh);
  const { rows } = await owner.query(
    'select used_at < now() - make_interval(secs => $2) as kept from refresh_token where token_hash = $1',
    [hashToken(refresh), RETRY_SECONDS / 4],
  );
  expect(rows).toEqual([{ kept: true }]);
});

test('after a repeated refresh, the token that was replaced ends the session', async () => {
  const { refresh } = await register();
  const lost = await refreshWith(refresh);
  const kept = await refreshWith(refresh);
  expect(kept.status).toBe(200);
  expect((await refreshWith(lost.refresh)).status).toBe(401);
  expect((await refreshWith(kept.refresh)).status).toBe(401);
  expect((await me(kept.body.accessToken)).status).toBe(401);
});

test('once the next refresh token is used, the one before ends the session at once', async () => {
  const { refresh } = await register();
  const next = await refreshWith(refresh);
  const latest = await refreshWith(next.refresh);
  expect((await refreshWith(refresh)).status).toBe(401);
  expect((await refreshWith(latest.refresh)).status).toBe(401);
});

test('only the latest of several old refresh tokens can be repeated', async () => {
  const { refresh } = await register();
  const second = await refreshWith(refresh);
  await refreshWith(second.refresh);
  const repeated = await refreshWith(second.refresh);
  expect(repeated.status).toBe(200);
  expect((await refreshWith(refresh)).status).toBe(401);
  expect((await refreshWith(repeated.refresh)).status).toBe(401);
});

test('ten concurrent refreshes with one token leave one valid token', async () => {
  const { refresh } = await register();
  const answers = await Promise.all(Array.from({ length: 10 }, () => refreshWith(refresh)));
  const { rows } = await owner.query(
    `select token_hash from refresh_token where used_at is null and replaced_at is null
        and session_id = (select session_id from refresh_token where token_hash = $1)`,
    [hashToken(refresh)],
  );
  expect(rows).toHaveLength(1);
  const valid = answers.find((answer) => answer.refresh && hashToken(answer.refresh) === rows[0].token_hash);
  expect((await refreshWith(valid?.refresh)).status).toBe(200);
});

test('of concurrent refreshes with a token and the one before it, one session has at most one valid token', async () => {
  const { refresh } = await register();
  const next = await refreshWith(refresh);
  await Promise.all([refresh, next.refresh, refresh, next.refresh].map(refreshWith));
  const { rows } = await owner.query(
    `select count(*)::int as valid from refresh_token r join session s on s.id = r.session_id
      where r.used_at is null and r.replaced_at is null and s.revoked_at is null
        and session_id = (select session_id from refresh_token where token_hash = $1)`,
    [hashToken(refresh)],
  );
  expect(rows[0].valid).toBeLessThanOrEqual(1);
});
