import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { EnduringPool } from './enduring-pool.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

/** A way to the server on which messages of clients can be kept from it, as if it had no time to read them. */
async function busyServer(url: string) {
  const { hostname, port } = new URL(url);
  let isBusy = false;
  const way = createServer({ allowHalfOpen: true }, (client) => {
    const there = connect(Number(port), hostname);
    client.on('data', (bytes) => isBusy || there.write(bytes));
    there.on('data', (bytes) => client.write(bytes));
    there.on('close', () => client.end());
    for (const socket of [client, there]) socket.on('error', () => there.destroy());
  });
  await new Promise<void>((done) => way.listen(0, '127.0.0.1', done));
  return {
    url: url.replace(`${hostname}:${port}`, `127.0.0.1:${(way.address() as AddressInfo).port}`),
    becomeBusy: () => {
      isBusy = true;
    },
    close: () => new Promise((done) => way.close(done)),
  };
}

test('the server may end the connections of a pool that says good-bye', async () => {
  const server = await busyServer(database.adminUrl);
  const pool = new EnduringPool({ connectionString: server.url, max: 1 });
  const closed = new Promise((done) => pool.once('remove', done));
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  server.becomeBusy();
  await pool.end();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const ended = await admin.query('select pg_terminate_backend($1) as done', [rows[0].pid]);
  await admin.end();
  expect(ended.rows).toEqual([{ done: true }]);
  // An error that nobody listens to would fail this run, not just this test.
  await closed;
  await server.close();
});
