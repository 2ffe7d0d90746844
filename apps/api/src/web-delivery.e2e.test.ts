import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@pellucid/platform/config';
import { RateLimiter } from '@pellucid/platform/rate-limits';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi } from './bootstrap.js';
import { registerCompany, type TestApi, testApi } from './testing/api-process.js';

const SCRIPT = `export const text = '${'pellucid '.repeat(400)}';`;
const PAGE = `<!doctype html><title>Pellucid</title>${'<p>shell</p>'.repeat(200)}`;

let database: TestDatabase;
let unlimited: TestApi;
let app: NestFastifyApplication;
let token: string;

/** Writes a build as vite leaves it: files with their compressed twins. Returns its folder. */
function writeBuild(folder: string): string {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [name, text] of [
    ['index.html', PAGE],
    ['assets/app-B1gHash0.js', SCRIPT],
  ] as const) {
    writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
  }
  return folder;
}

beforeAll(async () => {
  database = await testDatabase();
  unlimited = await testApi(database);
  ({ token } = await registerCompany(unlimited));
  app = await createApi(
    loadConfig({
      ...unlimited.environment,
      PELLUCID_RATE_LIMITS: 'on',
      PELLUCID_WEB_DIR: writeBuild(database.folder('web')),
    }),
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app?.close();
  await unlimited?.close();
  await database?.drop();
});

const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.inject({ method: 'GET', url, headers, remoteAddress });
const bearer = () => ({ authorization: `Bearer ${token}` });

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['identity', undefined, (bytes: Buffer) => bytes],
] as const)(
  'a hashed file is sent to a browser that accepts %s, to be cached permanently',
  async (accepts, encoding, unpack) => {
    const answer = await get('/assets/app-B1gHash0.js', { 'accept-encoding': accepts });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'content-type': expect.stringContaining('javascript'),
    });
    expect(unpack(answer.rawPayload).toString()).toBe(SCRIPT);
  },
);

test.each(['/', '/index.html', '/accounts/42?tab=history'])(
  '%s gives the page, checked anew each time',
  async (url) => {
    const answer = await get(url, { 'accept-encoding': 'br' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-encoding': 'br',
      'content-type': expect.stringContaining('text/html'),
      'content-security-policy': expect.stringContaining("script-src 'self'"),
    });
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(PAGE);
    const again = await get(url, {
      'accept-encoding': 'br',
      'if-none-match': String(answer.headers['etag']),
    });
    expect(again.statusCode).toBe(304);
  },
);

test('an address past its limit still gets the app, and the API says when to retry', async () => {
  const office = '198.51.100.20';
  const limiter = app.get(RateLimiter);
  while ((await limiter.consume('ip', office, 100)).allowed);
  expect((await get('/api/v1/objects', bearer(), office)).statusCode).toBe(429);
  for (const url of ['/', '/accounts', '/assets/app-B1gHash0.js']) {
    const answer = await get(url, {}, office);
    expect([url, answer.statusCode]).toEqual([url, 200]);
    expect(answer.headers).not.toHaveProperty('ratelimit-limit');
  }
});

test.each(['/api/v1/no/such/address/of/the/api', '/api/nothing', '/assets/gone-0ld.js'])(
  '%s is no page, and is counted',
  async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers).toMatchObject({
      'ratelimit-limit': expect.stringMatching(/^\d+$/),
      'cache-control': 'no-store',
    });
  },
);

test('a long answer of the API is compressed, a short one is not', async () => {
  const objects = await get('/api/v1/objects', { ...bearer(), 'accept-encoding': 'gzip, br' });
  expect(objects.headers).toMatchObject({
    'content-encoding': 'br',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  const plain = await get('/api/v1/objects', { ...bearer(), 'accept-encoding': 'identity' });
  expect(plain.headers).not.toHaveProperty('content-encoding');
  expect(JSON.parse(brotliDecompressSync(objects.rawPayload).toString())).toEqual(plain.json());
  const short = await get('/api/v1/accounts', { ...bearer(), 'accept-encoding': 'br' });
  expect(short.headers).not.toHaveProperty('content-encoding');
});
