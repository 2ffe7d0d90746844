import { createHmac } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { type IdentityApi, identityApi, registration } from '../testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let mine: any;
let theirs: any;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database, { PELLUCID_BASE_DOMAIN: 'crm.example.com' });
  [mine, theirs] = await Promise.all(
    [0, 1].map(async () => {
      const wish = registration();
      return { wish, ...(await api.call('POST', '/auth/register', { body: wish })).body };
    }),
  );
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
const me = (token: string, headers: Record<string, string> = {}) =>
  api.call('GET', '/auth/me', { token, headers });

/** Creates a token that differs from a valid one in what is given; `secret` signs it. */
function forge(claims: object, options: object = {}, secret = api.config.JWT_SECRET): string {
  const { iat: _iat, exp: _exp, iss: _iss, aud: _aud, ...own } = claimsOf(mine.accessToken);
  const rules = {
    issuer: 'pellucid',
    audience: 'pellucid-api',
    algorithm: 'HS256',
    expiresIn: 60,
    ...options,
  };
  if (rules.expiresIn === null) delete (rules as { expiresIn?: unknown }).expiresIn;
  return new JwtService({}).sign({ ...own, ...claims }, { secret, ...(rules as object) });
}

/** Signs the valid claims under another header with the key. */
function signed(header: object, key: string): string {
  const content = `${encode(header)}.${encode(claimsOf(mine.accessToken))}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

test('the token of an ended session is refused even by a replica that never saw it', async () => {
  const session = await api.call('POST', '/auth/login', {
    body: { email: mine.wish.email, password: mine.wish.password },
  });
  await api.call('POST', '/auth/logout', { refresh: session.refresh! });
  const replica = await identityApi(database, { JWT_SECRET: api.config.JWT_SECRET });
  const answer = await replica.call('GET', '/auth/me', { token: session.body.accessToken });
  expect([answer.status, answer.body.code]).toEqual([401, 'sessionEnded']);
  expect((await replica.call('GET', '/auth/me', { token: mine.accessToken })).status).toBe(200);
  await replica.close();
});

test('a token made with the right secret, issuer and audience is valid, so the refusals below have their own reasons', async () => {
  expect((await me(forge({}))).status).toBe(200);
});

test.each<[string, () => string]>([
  ['no algorithm', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claimsOf(mine.accessToken))}.`],
  [
    'an extension that must be understood',
    () => signed({ alg: 'HS256', typ: 'JWT', crit: ['exp'], exp: 1 }, api.config.JWT_SECRET),
  ],
  ['another secret', () => forge({}, {}, 'another secret of a decent length 123')],
  ['another algorithm', () => forge({}, { algorithm: 'HS512' })],
  ['another audience', () => forge({}, { audience: 'somebody-else' })],
  ['another issuer', () => forge({}, { issuer: 'somebody-else' })],
  ['an expiry in the past', () => forge({}, { expiresIn: -1 })],
  ['no expiry', () => forge({}, { expiresIn: null })],
  [
    'claims changed after signing',
    () =>
      mine.accessToken.replace(
        /\.[^.]+\./,
        `.${encode({ ...claimsOf(mine.accessToken), tid: theirs.tenant.id })}.`,
      ),
  ],
  ['another company of which the member is none', () => forge({ tid: theirs.tenant.id })],
  ['another member of another company', () => forge({ mid: theirs.user.memberId })],
  ['another person behind the member', () => forge({ sub: theirs.user.id })],
  ['no company at all', () => forge({ tid: undefined })],
  ['a company that does not exist', () => forge({ tid: crypto.randomUUID() })],
  ['an SQL fragment as company', () => forge({ tid: "x' or '1'='1" })],
  ["another company's session", () => forge({ sid: claimsOf(theirs.accessToken).sid })],
  ['a session there is none of', () => forge({ sid: crypto.randomUUID() })],
  ['an SQL fragment as session', () => forge({ sid: "x' or '1'='1" })],
  ['an e-mail address in place of the person', () => forge({ sub: mine.user.email })],
  ["the key that seals a list's cursors", () => forge({}, {}, api.config.PELLUCID_CURSOR_KEY)],
  ['the master key', () => forge({}, {}, api.config.PELLUCID_MASTER_KEY)],
  ['an empty key', () => signed({ alg: 'HS256', typ: 'JWT' }, '')],
  ['"none" in other letters', () => signed({ alg: 'nOnE', typ: 'JWT' }, api.config.JWT_SECRET)],
  ['the algorithm left out', () => signed({ typ: 'JWT' }, api.config.JWT_SECRET)],
  [
    'a key it brings itself',
    () =>
      signed(
        {
          alg: 'HS256',
          typ: 'JWT',
          jwk: { kty: 'oct', k: encode({}) },
          kid: '/dev/null',
          jku: 'https://evil.example',
        },
        'a key it brings itself',
      ),
  ],
  ['a signature cut short', () => mine.accessToken.slice(0, -4)],
  ['a signature left out', () => mine.accessToken.replace(/[^.]+$/, '')],
  ['a start in the future', () => forge({ nbf: Math.floor(Date.now() / 1000) + 600 })],
  ['no JWT', () => 'nonsense'],
])('a token with %s gives 401', async (_name, token) => {
  expect((await me(token())).status).toBe(401);
  // Tried twice, in case the refusal was cached as a success.
  expect((await me(token())).status).toBe(401);
});

test('no token, an empty one and another scheme give 401', async () => {
  expect((await api.call('GET', '/auth/me')).status).toBe(401);
  for (const authorization of ['Bearer ', 'Bearer', `Basic ${mine.accessToken}`])
    expect((await api.call('GET', '/auth/me', { headers: { authorization } })).status).toBe(401);
});

test('a valid token is refused once it expires, although it was verified before', async () => {
  const token = forge({}, { expiresIn: 60 });
  expect((await me(token)).status).toBe(200);
  // Only the clock is set, and for one request: waiting would give a slow machine little time for the first.
  vi.useFakeTimers({ toFake: ['Date'], now: claimsOf(token).exp * 1000 });
  try {
    expect((await me(token)).status).toBe(401);
  } finally {
    vi.useRealTimers();
  }
});

test('the subdomain of another company gives 404; one’s own or none is accepted', async () => {
  const at = (host: string) => me(mine.accessToken, { host });
  expect((await at(`${mine.tenant.subdomain}.crm.example.com`)).status).toBe(200);
  expect((await at(`${theirs.tenant.subdomain}.crm.example.com`)).status).toBe(404);
  expect((await at('nobody.crm.example.com')).status).toBe(404);
  expect((await at('crm.example.com')).status).toBe(200);
  expect((await at('localhost:3000')).status).toBe(200);
});

test.each([
  ['with a port and in capitals', (own: string) => `${own.toUpperCase()}.CRM.example.com:3000`, 200],
  ['below the own one', (own: string) => `www.${own}.crm.example.com`, 404],
  ['that only begins like the own one', (own: string) => `${own}x.crm.example.com`, 404],
  [
    'under a domain that is not ours',
    (_: string, other: string) => `${other}.crm.example.com.evil.example`,
    200,
  ],
  ['whose end only looks like our domain', (_: string, other: string) => `${other}.notcrm.example.com`, 200],
])('a subdomain %s', async (_, host, status) => {
  const answer = await me(mine.accessToken, { host: host(mine.tenant.subdomain, theirs.tenant.subdomain) });
  expect(answer.status).toBe(status);
});

test('when host and X-Tenant disagree, the wrong one decides', async () => {
  const host = (who: any) => `${who.tenant.subdomain}.crm.example.com`;
  for (const [at, header, status] of [
    [mine, mine, 200],
    [theirs, mine, 404],
    [mine, theirs, 404],
    [theirs, theirs, 404],
  ] as const)
    expect(
      (await me(mine.accessToken, { host: host(at), 'x-tenant': header.tenant.id })).status,
      `${at.wish.subdomain} ${header.wish.subdomain}`,
    ).toBe(status);
});

test('a refresh at another company’s subdomain gives 404 and does not use up the token', async () => {
  const { refresh } = await api.call('POST', '/auth/login', {
    body: { email: mine.wish.email, password: mine.wish.password },
  });
  const at = (who: any) =>
    api.call('POST', '/auth/refresh', {
      refresh: refresh!,
      headers: {
        host: `${who.tenant.subdomain}.crm.example.com`,
        origin: `https://${who.tenant.subdomain}.crm.example.com`,
      },
    });
  expect((await at(theirs)).status).toBe(404);
  const refreshed = await at(mine);
  expect([refreshed.status, refreshed.body.tenant.id]).toEqual([200, mine.tenant.id]);
});

test('X-Forwarded-Host counts only behind configured proxies', async () => {
  const named = (on: IdentityApi) =>
    on.call('GET', '/auth/me', {
      token: mine.accessToken,
      headers: { host: 'crm.example.com', 'x-forwarded-host': `${theirs.tenant.subdomain}.crm.example.com` },
    });
  expect((await named(api)).status).toBe(200);
  const behind = await identityApi(database, {
    JWT_SECRET: api.config.JWT_SECRET,
    PELLUCID_BASE_DOMAIN: 'crm.example.com',
    PELLUCID_TRUST_PROXY: '1',
  });
  try {
    expect((await named(behind)).status).toBe(404);
  } finally {
    await behind.close();
  }
});

test('logging in at a subdomain opens that company, and only its members get in', async () => {
  const at = (who: any, host: string) =>
    api.call('POST', '/auth/login', {
      body: { email: who.wish.email, password: who.wish.password },
      headers: { host },
    });
  expect((await at(mine, `${mine.tenant.subdomain}.crm.example.com`)).body.tenant.id).toBe(mine.tenant.id);
  expect((await at(mine, `${theirs.tenant.subdomain}.crm.example.com`)).status).toBe(404);
});

test('a body cannot set tenant or role: unknown fields are refused', async () => {
  for (const more of [
    { tenantId: theirs.tenant.id },
    { role: 'companyAdmin' },
    { identityId: theirs.user.id },
  ]) {
    const answer = await api.call('POST', '/members/invite', {
      token: mine.accessToken,
      body: { email: 'x@example.com', name: 'X', roleIds: [crypto.randomUUID()], ...more },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].code).toBe('unknownField');
  }
});
