import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@pellucid/platform/config';
import { RateLimiter } from '@pellucid/platform/rate-limits';
import {
  eventually,
  type TestDatabase,
  type TestRedis,
  testDatabase,
  testRedis,
} from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi } from './bootstrap.js';
import { registerCompany, type TestApi, testApi } from './testing/api-process.js';

const ORIGIN = 'https://crm.example.com';
const IP_LIMIT = 3_000;

let database: TestDatabase;
let redis: TestRedis;
let unlimited: TestApi;
let token: string;
const replicas: NestFastifyApplication[] = [];

beforeAll(async () => {
  [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  unlimited = await testApi(database);
  ({ token } = await registerCompany(unlimited));
  const environment = {
    ...unlimited.environment,
    REDIS_URL: redis.url,
    PELLUCID_RATE_LIMITS: 'on',
    PELLUCID_CORS_ORIGINS: ORIGIN,
  };
  for (let n = 0; n < 2; n++) {
    const app = await createApi(loadConfig(environment));
    await app.listen(0, '127.0.0.1');
    replicas.push(app);
    // The limiter lets everything through until it is connected.
    await eventually(async () => (await consume(n, 'warm-up')).remaining < IP_LIMIT);
  }
});
afterAll(async () => {
  for (const app of replicas) await app.close();
  await unlimited?.close();
  await redis?.stop();
  await database?.drop();
});

const consume = (n: number, ip: string, points = 1) =>
  replicas[n]!.get(RateLimiter).consume('ip', ip, points);
/** Uses up the requests that an address may make in its window. */
const exhaust = async (ip: string) => {
  while ((await consume(0, ip, 100)).allowed);
};
const ask = (
  n: number,
  from: string,
  url: string,
  more: { method?: 'GET' | 'POST' | 'OPTIONS'; headers?: Record<string, string> } = {},
) => replicas[n]!.inject({ method: 'GET', url, remoteAddress: from, ...more });

/** Sends raw bytes to the first replica and reads the whole answer. */
function onTheWire(bytes: string): Promise<string> {
  const { port } = replicas[0]!.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (said += chunk));
    socket.on('end', () => resolve(said));
    socket.on('error', reject);
  });
}

test.each([
  ['a public endpoint', 200, '/healthz', {}],
  ['one that wants a log-in', 401, '/api/v1/accounts', {}],
  ['a list', 200, '/api/v1/accounts', { headers: { authorization: 'token' } }],
  ['an address without a route', 404, '/api/v1/no/such/address/of/the/api', {}],
  ['an address outside of the API', 404, '/nothing/here', {}],
  ['a method without a route', 404, '/api/v1/auth/login', { method: 'PUT' }],
  ['text that is no UTF-8', 400, '/api/v1/accounts?q=%ff', {}],
  ['a path that no router can read', 400, '/api/v1/accounts/%ff', {}],
  ['a body that is no JSON', 400, '/api/v1/auth/login', { method: 'POST', body: '{' }],
  [
    'a preflight',
    204,
    '/api/v1/accounts',
    { method: 'OPTIONS', headers: { origin: ORIGIN, 'access-control-request-method': 'POST' } },
  ],
] as const)('the answer to %s (%i) says what is left', async (_what, status, url, more: any) => {
  const answer = await replicas[0]!.inject({
    method: more.method ?? 'GET',
    url,
    headers: {
      ...more.headers,
      ...(more.headers?.authorization ? { authorization: `Bearer ${token}` } : {}),
      ...(more.body ? { 'content-type': 'application/json' } : {}),
    },
    ...(more.body ? { payload: more.body } : {}),
  });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject({
    'ratelimit-limit': expect.stringMatching(/^\d+$/),
    'ratelimit-remaining': expect.stringMatching(/^\d+$/),
    'ratelimit-reset': expect.stringMatching(/^\d+$/),
  });
  expect(Number(answer.headers['ratelimit-remaining'])).toBeLessThan(
    Number(answer.headers['ratelimit-limit']),
  );
});

test('a malformed HTTP request is counted, and the answer says how many are left', async () => {
  const left = async () => {
    const answer = await onTheWire('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/\r\nContent-Type: application\/problem\+json/);
    expect(answer).toMatch(/\r\nRateLimit-Limit: 3000\r\n/);
    return Number(/\r\nRateLimit-Remaining: (\d+)\r\n/.exec(answer)![1]);
  };
  const before = await left();
  expect(await left()).toBeLessThan(before);
});

test('asking for addresses without a route is limited, by all replicas together', async () => {
  const ip = '198.51.100.7';
  expect((await ask(1, ip, '/api/v1/no/such/address/of/the/api')).statusCode).toBe(404);
  await exhaust(ip);
  for (const url of [
    '/api/v1/no/such/address/of/the/api',
    '/api/v1/accounts/%ff',
    '/api/v1/accounts?q=%ff',
    '/healthz',
  ]) {
    // A replica may hold the rest of an earlier portion for one second, and a window may end.
    const refused = await eventually(async () => {
      await exhaust(ip);
      const answer = await ask(1, ip, url);
      return answer.statusCode === 429 && answer;
    });
    expect(refused.json().code).toBe('tooManyRequests');
    expect(refused.headers).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'ratelimit-limit': String(IP_LIMIT),
      'ratelimit-remaining': '0',
      'retry-after': expect.stringMatching(/^[1-9]\d*$/),
    });
  }
  expect((await ask(1, '198.51.100.8', '/api/v1/no/such/address/of/the/api')).statusCode).toBe(404);
});

test('a refusal carries the security headers, and a page of an allowed origin may read when to come back', async () => {
  const ip = '198.51.100.9';
  await exhaust(ip);
  const refused = await ask(0, ip, '/api/v1/accounts', { headers: { origin: ORIGIN } });
  expect(refused.statusCode).toBe(429);
  expect(refused.headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers': expect.stringContaining('Retry-After'),
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'x-correlation-id': expect.any(String),
  });
});
