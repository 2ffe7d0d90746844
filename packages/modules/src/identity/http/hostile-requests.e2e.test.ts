import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { type IdentityApi, identityApi, registration } from '../testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let token: string;
let port: number;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database, { PELLUCID_HEADERS_SECONDS: '0.2', PELLUCID_REQUEST_SECONDS: '0.4' });
  await api.app.listen(0, '127.0.0.1');
  port = (api.app.getHttpServer().address() as AddressInfo).port;
  token = (await api.call('POST', '/auth/register', { body: registration() })).body.accessToken;
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

/** Returns the server's response to a client that sends this and then nothing more, until the connection is closed. */
async function answerTo(start: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(start);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  // A server that closes before it has read everything also resets the connection.
  socket.on('error', () => {});
  await new Promise((done) => socket.once('close', done));
  return said;
}

test('a connection that sends half of its headers is answered 408 and closed', async () => {
  expect(await answerTo('GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
});

test('a connection that sends half of its body is answered 408 and closed', async () => {
  const start =
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email"';
  expect(await answerTo(start)).toMatch(/^HTTP\/1\.1 408 /);
});

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const post = (path: string, body: string) =>
  api.call('POST', path, {
    token,
    body,
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
  });

test('a body of 5,000 levels is refused with the place, also with an Idempotency-Key', async () => {
  const answer = await post('/legal-entities', deep(5_000));
  expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'tooDeep']);
});

test.each([
  ['half of a surrogate pair', '\\ud800'],
  ['a NUL character', '\\u0000'],
])('%s is refused with its pointer, in any body and in a filter', async (_what, character) => {
  const created = await post('/legal-entities', `{"name":"a${character}"}`);
  expect([created.status, created.body.errors]).toMatchObject([
    422,
    [{ pointer: '/name', code: 'invalidText' }],
  ]);
  const rows = Array.from({ length: 501 }, (_, i) => `{"name":"Entity ${i}${i === 500 ? character : ''}"}`);
  const bulk = await post('/legal-entities/bulk', `{"action":"create","rows":[${rows.join(',')}]}`);
  expect([bulk.status, bulk.body.errors]).toMatchObject([
    422,
    [{ pointer: '/rows/500/name', code: 'invalidText' }],
  ]);
  const filter = encodeURIComponent(`{"field":"name","op":"eq","value":"${character}"}`);
  const listed = await api.call('GET', `/legal-entities?filter=${filter}`, { token });
  expect([listed.status, listed.body.errors]).toMatchObject([400, [{ pointer: '?filter/value' }]]);
});

test('metrics are not served on the port of the API', async () => {
  // Without a socket: this server gives a client 0.2 seconds for its headers.
  const answer = await api.app.inject({ method: 'GET', url: '/metrics' });
  expect(answer.statusCode).toBe(404);
});
