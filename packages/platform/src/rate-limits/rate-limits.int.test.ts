import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../observability/index.js';
import { eventually, type TestRedis, testRedis } from '../testing/index.js';
import {
  DEFAULT_RATE_LIMITS,
  NoRateLimiter,
  rateLimitHeaders,
  StoredRateLimiter,
  tightest,
} from './index.js';

const silent = createLogger({ level: 'silent' });
const limits = {
  ...DEFAULT_RATE_LIMITS,
  login: { points: 3, windowSeconds: 60, strict: true },
  user: { points: 200, windowSeconds: 60 },
};
let redis: TestRedis;

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(async () => {
  await redis.stop();
});

async function replica(timeoutMs = 60_000): Promise<StoredRateLimiter> {
  // A busy machine isn't an outage: only a Redis that is down is.
  const limiter = new StoredRateLimiter(redis.url, silent, limits, timeoutMs);
  // Until Redis is connected, wide buckets allow everything and `remaining` is the whole limit.
  await eventually(async () => (await limiter.consume('ip', 'warm-up')).remaining < limits.ip.points);
  return limiter;
}

test('log-ins are counted exactly, over all replicas', async () => {
  const replicas = await Promise.all([replica(), replica()]);
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await replicas[i % 2]!.consume('login', 'a|1.2.3.4'));
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
  expect(answers.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
  expect(await replicas[0]!.consume('login', 'b|1.2.3.4')).toMatchObject({ allowed: true });
  await replicas[0]!.reset('login', 'a|1.2.3.4');
  expect(await replicas[1]!.consume('login', 'a|1.2.3.4')).toMatchObject({ allowed: true, remaining: 2 });
  await Promise.all(replicas.map((limiter) => limiter.close()));
});

test('a key with its own limit is held to it exactly, over all replicas, whether it is below or above the usual one', async () => {
  const replicas = await Promise.all([replica(), replica()]);
  const few = [];
  for (let i = 0; i < 6; i++) few.push(await replicas[i % 2]!.consume('apiKey', 'few', 1, 4));
  expect(few.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false, false]);
  expect(few[0]).toMatchObject({ limit: 4, remaining: 3 });
  const usual = limits.apiKey.points;
  expect(await replicas[0]!.consume('apiKey', 'many', usual + 10)).toMatchObject({ allowed: false });
  expect(await replicas[0]!.consume('apiKey', 'more', usual + 10, usual + 50)).toMatchObject({
    allowed: true,
    limit: usual + 50,
  });
});

test('a busy key is refused at its limit, and costs far fewer commands than requests', async () => {
  const limiter = await replica();
  const client = new Redis(redis.url);
  await client.config('RESETSTAT');
  const answers = await Promise.all(Array.from({ length: 300 }, () => limiter.consume('user', 'busy')));
  const stats = await client.info('commandstats');
  const calls = Number(
    /cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? /cmdstat_eval:calls=(\d+)/.exec(stats)![1],
  );
  const granted = answers.filter(({ allowed }) => allowed).length;
  expect(granted).toBeLessThanOrEqual(200);
  expect(granted).toBeGreaterThan(200 - 25);
  expect(calls).toBeLessThan(300);
  client.disconnect();
  await limiter.close();
});

test('an answer that arrives while the process is busy counts, however long the process is busy', async () => {
  const limiter = await replica(250);
  const asked = ['tenant', 'login'].map((bucket) => limiter.consume(bucket as 'tenant', 'busy process'));
  // Lets the commands go out, then keeps the process from reading the answers for longer than it waits for Redis.
  await new Promise((next) => process.nextTick(next));
  for (const busyUntil = Date.now() + 500; Date.now() < busyUntil; );
  const [tenant, login] = await Promise.all(asked);
  expect(tenant!.remaining).toBeLessThan(limits.tenant.points);
  expect(login!.remaining).toBe(limits.login.points - 1);
  const again = await limiter.consume('login', 'busy process');
  expect(again.remaining, 'it was counted in Redis').toBe(limits.login.points - 2);
  await limiter.close();
});

test('while Redis is down, log-ins are limited in memory and everything else is allowed', async () => {
  const limiter = await replica();
  await redis.kill();
  const logins = [];
  for (let i = 0; i < 4; i++) logins.push(await limiter.consume('login', 'outage'));
  expect(logins.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
  for (let i = 0; i < 250; i++) {
    const { allowed, remaining } = await limiter.consume('user', 'outage');
    expect(allowed).toBe(true);
    expect(remaining).toBeLessThanOrEqual(limits.user.points);
  }
  await redis.restart();
  await eventually(async () => (await limiter.consume('tenant', 'back')).remaining < limits.tenant.points);
  await limiter.close();
});

test('without Redis, limits are counted in the process; switched off, they allow everything', async () => {
  const limiter = new StoredRateLimiter(undefined, silent, limits);
  for (let i = 0; i < 3; i++) await limiter.consume('login', 'x');
  const refusal = await limiter.consume('login', 'x');
  expect(rateLimitHeaders(refusal)).toEqual({
    'RateLimit-Limit': '3',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': '60',
    'Retry-After': '60',
  });
  const off = new NoRateLimiter();
  for (let i = 0; i < 20; i++) expect(await off.consume('login')).toMatchObject({ allowed: true });
});

test('the response shows the tightest of several limits', () => {
  const wide = { allowed: true, limit: 100, remaining: 90, resetSeconds: 5 };
  const near = { allowed: true, limit: 1000, remaining: 10, resetSeconds: 50 };
  const refused = { allowed: false, limit: 5, remaining: 0, resetSeconds: 9 };
  expect(tightest([wide, near])).toBe(near);
  expect(tightest([wide, refused, near])).toBe(refused);
});
