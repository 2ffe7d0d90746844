import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '@pellucid/platform/config';
import { type TestDatabase, testDatabase, testEnvironment } from '@pellucid/platform/testing';
import { type IdentityApi, identityApi, registration } from '../testing/identity-api.js';

const HOST = 'crm.example.com';
const OWN = `https://${HOST}`;
const PARTNER = 'https://portal.example.org';
let database: TestDatabase;
let api: IdentityApi;
let plain: IdentityApi;
let proxied: IdentityApi;

beforeAll(async () => {
  database = await testDatabase();
  const web = database.folder('web');
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Pellucid</title>');
  api = await identityApi(database, {
    PELLUCID_PUBLIC_URL: OWN,
    PELLUCID_CORS_ORIGINS: PARTNER,
    PELLUCID_WEB_DIR: web,
  });
  plain = await identityApi(database, {});
  proxied = await identityApi(database, { PELLUCID_TRUST_PROXY: '1' });
});
afterAll(async () => {
  await Promise.all([api, plain, proxied].map((one) => one?.close()));
  await database?.drop();
});

async function register() {
  const wish = registration();
  const answer = await api.call('POST', '/auth/register', { body: wish });
  return { wish, token: answer.body.accessToken as string, refresh: answer.refresh!, ...answer.body };
}

/** What a browser sends along with a request from a foreign page. */
const FOREIGN: Record<string, Record<string, string>> = {
  'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'another site, without Origin': { 'sec-fetch-site': 'cross-site' },
  'a sister subdomain': { origin: 'https://blog.example.com', 'sec-fetch-site': 'same-site' },
  'a sister subdomain, without Origin': { 'sec-fetch-site': 'same-site' },
  'a sandboxed frame or a file': { origin: 'null' },
  'a look-alike': { origin: `${OWN}.evil.example` },
  'another port': { origin: `${OWN}:8443` },
  'our name without TLS, put there by somebody on the network': { origin: `http://${HOST}` },
  'two origins in one': { origin: `${OWN}, https://evil.example` },
  'no origin at all': { origin: '' },
};

describe('a page of another site', () => {
  test.each(Object.entries(FOREIGN))('%s cannot use the cookies', async (_name, headers) => {
    const person = await register();
    const { wish } = person;
    const attempt = (path: string, body?: object, token?: string) =>
      api.call('POST', path, {
        refresh: person.refresh,
        headers: { host: HOST, ...headers },
        ...(body ? { body } : {}),
        ...(token ? { token } : {}),
      });
    const answers = [
      await attempt('/auth/refresh'),
      await attempt('/auth/logout'),
      await attempt('/auth/switch', { tenantId: person.tenant.id }, person.token),
      await attempt('/auth/login', { email: wish.email, password: wish.password }),
      await attempt('/auth/register', registration()),
      await attempt('/auth/second-factor', { token: 'x', method: 'totp', code: '123456' }),
      await attempt('/auth/accept-invite', { token: 'x', name: 'X', password: 'y' }),
      await attempt('/auth/reset-password', { token: 'x', password: 'y' }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.body.code]).toEqual([403, 'originRefused']);
      expect(answer.setCookie).toBe('');
    }
    // Nothing has changed.
    expect((await api.call('GET', '/auth/me', { token: person.token })).status).toBe(200);
    expect((await api.call('POST', '/auth/refresh', { refresh: person.refresh })).status).toBe(200);
  });

  test('a form of another site, which needs no CORS permission, is not read as JSON', async () => {
    const { wish } = await register();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await api.call('POST', '/auth/login', {
        body: JSON.stringify({ email: wish.email, password: wish.password }),
        headers: { 'content-type': type },
      });
      expect([415, 422], `${type}: ${answer.status}`).toContain(answer.status);
      expect(answer.setCookie).toBe('');
    }
  });

  test('our own pages, configured origins and programs are accepted', async () => {
    for (const headers of [
      { origin: OWN, 'sec-fetch-site': 'same-origin' },
      { origin: PARTNER, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
      {},
    ] as Record<string, string>[]) {
      const { refresh } = await register();
      const answer = await api.call('POST', '/auth/refresh', {
        refresh,
        headers: { host: HOST, ...headers },
      });
      expect([headers, answer.status]).toEqual([headers, 200]);
    }
  });

  test('the refresh cookie goes to the auth endpoints only, no script can read it, and no other site sends it', async () => {
    const answer = await api.call('POST', '/auth/register', { body: registration() });
    const cookie = answer.headers['set-cookie'].find((c: string) => c.startsWith('pellucid_refresh='));
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/api/v1/auth', 'Secure'])
      expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Domain=');
  });

  test('the cookie alone opens nothing but a refresh', async () => {
    const { refresh } = await register();
    for (const path of ['/auth/me', '/accounts', '/auth/sessions'])
      expect((await api.call('GET', path, { refresh, headers: { host: HOST } })).status).toBe(401);
  });
});

describe('CORS', () => {
  const preflight = (of: IdentityApi, origin: string) =>
    of.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/auth/me',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
  const get = (of: IdentityApi, origin: string) =>
    of.app.inject({ method: 'GET', url: '/api/v1/auth/me', headers: { origin } });
  const leave = (answer: { headers: Record<string, unknown> }) =>
    answer.headers['access-control-allow-origin'];

  test('a configured origin is allowed with credentials, and Vary says so to caches', async () => {
    for (const answer of [await preflight(api, PARTNER), await get(api, PARTNER)]) {
      expect(leave(answer)).toBe(PARTNER);
      expect(answer.headers['access-control-allow-credentials']).toBe('true');
      expect(String(answer.headers['vary'])).toMatch(/Origin/i);
    }
    const { headers } = await preflight(api, PARTNER);
    expect(headers['access-control-allow-headers']).toMatch(/authorization/i);
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect(headers['access-control-allow-methods']).toContain(method);
    expect((await get(api, PARTNER)).headers['access-control-expose-headers']).toMatch(/X-Correlation-Id/);
  });

  test.each([
    'https://evil.example',
    'null',
    `${PARTNER}.evil.example`,
    'http://portal.example.org',
    '*',
    'https://PORTAL.example.org:444',
  ])('the origin "%s" gets no leave', async (origin) => {
    for (const answer of [await preflight(api, origin), await get(api, origin)]) {
      expect(leave(answer)).toBeUndefined();
    }
  });

  test('without configuration no origin is allowed', async () => {
    for (const origin of [PARTNER, 'null', 'http://localhost'])
      for (const answer of [await preflight(plain, origin), await get(plain, origin)])
        expect(leave(answer)).toBeUndefined();
  });

  test.each(['*', 'null', 'portal.example.org', 'https://portal.example.org/', 'https://a.example/b'])(
    'the configuration "%s" names no origin and stops the start',
    (origins) => {
      const environment = { ...testEnvironment(database), PELLUCID_CORS_ORIGINS: origins };
      expect(() => loadConfig(environment)).toThrow('PELLUCID_CORS_ORIGINS');
    },
  );
});

describe('headers', () => {
  const USUAL: Record<string, string | RegExp> = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': /^(DENY|SAMEORIGIN)$/,
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-correlation-id': /./,
  };
  const policyOf = (headers: Record<string, unknown>) =>
    Object.fromEntries(
      String(headers['content-security-policy'])
        .split(';')
        .map((part) => {
          const [name, ...values] = part.trim().split(' ');
          return [name, values.join(' ')];
        }),
    );

  test.each(['/', '/accounts', '/api/v1/auth/me', '/api/v1/nowhere', '/api/v1/%ff'])(
    'the usual ones stand on %s',
    async (url) => {
      const { headers } = await api.app.inject({ method: 'GET', url });
      // A request that no router can read is answered before any headers are set.
      for (const [name, value] of Object.entries(USUAL))
        if (!(url.endsWith('%ff') && name !== 'x-correlation-id')) expect(headers[name], name).toMatch(value);
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
    },
  );

  test('the page may load only its own resources, run no inline script, and not be framed', async () => {
    const { headers, statusCode } = await api.app.inject({ method: 'GET', url: '/' });
    expect(statusCode).toBe(200);
    const policy = policyOf(headers);
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    for (const [name, sources] of Object.entries(policy)) {
      if (name !== 'style-src') expect(sources, name).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  test('responses of the API are not cached', async () => {
    const { token } = await register();
    const answers = [
      await api.call('GET', '/auth/me', { token }),
      await api.call('POST', '/auth/login', { body: {} }),
      await api.call('GET', '/nowhere'),
    ];
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });

  test('HSTS is sent in production only', async () => {
    const production = await identityApi(database, { NODE_ENV: 'production' });
    const header = async (of: IdentityApi) =>
      (await of.app.inject({ method: 'GET', url: '/api/v1/auth/me' })).headers['strict-transport-security'];
    expect(await header(production)).toMatch(/max-age=31536000/);
    expect(await header(plain)).toBeUndefined();
    await production.close();
  });
});

describe('a forged address', () => {
  const guess = (of: IdentityApi, wish: { email: string }, from: string, forwarded: string) =>
    of.call('POST', '/auth/login', {
      body: { email: wish.email, password: 'a wrong guess 123' },
      from,
      headers: {
        'x-forwarded-for': forwarded,
        'x-real-ip': forwarded,
        forwarded: `for=${forwarded}`,
        'true-client-ip': forwarded,
        'cf-connecting-ip': forwarded,
      },
    });
  const statuses = async (of: IdentityApi, forwardedOf: (i: number) => string, from = '203.0.113.200') => {
    const wish = registration();
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) seen.push((await guess(of, wish, from, forwardedOf(i))).status);
    return seen;
  };

  test('in the client’s own headers does not affect rate limits', async () => {
    expect(await statuses(plain, (i) => `192.0.2.${i}`)).toContain(429);
  });

  test('in front of what our proxy adds does not either', async () => {
    // A proxy appends the address that it sees; the caller can write anything to the left of it.
    expect(await statuses(proxied, (i) => `192.0.2.${i}, 198.51.100.77`)).toContain(429);
    expect(await statuses(proxied, (i) => `198.51.100.${i}`)).not.toContain(429);
  });

  test('does not appear in the session list, nor turn a stranger’s address into a known one', async () => {
    const wish = registration();
    const answer = await plain.call('POST', '/auth/register', {
      body: wish,
      from: '203.0.113.5',
      headers: { 'x-forwarded-for': '192.0.2.200' },
    });
    const list = await plain.call('GET', '/auth/sessions', { token: answer.body.accessToken });
    expect(list.body.data.map((s: any) => s.ip)).toEqual(['203.0.113.5']);
  });
});
