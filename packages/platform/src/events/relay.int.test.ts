import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  eventually,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '../testing/index.js';
import { FeedDatabase } from './fixtures/feed-database.js';

let database: TestDatabase;
let feed: FeedDatabase;

beforeAll(async () => {
  database = await testDatabase();
  feed = await FeedDatabase.open(database);
});
afterAll(async () => {
  await feed.close();
  await database.drop();
});

function relay(): TestProcess {
  const env = { DATABASE_URL_PLATFORM: database.platformUrl };
  return typescriptProcess(new URL('./fixtures/relay-process.ts', import.meta.url), { env });
}

const isDrained = async () => (await feed.outboxDepth()) === 0;

test('each write gets its position in its tenant’s feed, in the order of the writes', async () => {
  const tenants = [await feed.tenant(), await feed.tenant()];
  const written = new Map<string, string[]>(tenants.map((id) => [id, []]));
  for (let i = 0; i < 30; i++) {
    const tenantId = tenants[i % 2]!;
    written.get(tenantId)!.push(...(await feed.append(tenantId, Array(1 + (i % 3)).fill({}))));
  }
  const process = relay();
  await eventually(isDrained);
  expect(await process.stop()).toBe(0);
  for (const tenantId of tenants) {
    const places = await feed.feed(tenantId);
    expect(places.map(({ eventId }) => eventId)).toEqual(written.get(tenantId));
    expect(places.map(({ position }) => position)).toEqual(
      written.get(tenantId)!.map((_, index) => index + 1),
    );
  }
});

test('an event that is in the outbox twice keeps its first position and blocks nothing', async () => {
  const tenantId = await feed.tenant();
  const [first] = await feed.append(tenantId, [{}]);
  await feed.owner.query('insert into event_outbox (tenant_id, event_ids) values ($1, array[$2::uuid])', [
    tenantId,
    first,
  ]);
  const [second] = await feed.append(tenantId, [{}]);
  const process = relay();
  await eventually(isDrained);
  await process.stop();
  expect((await feed.feed(tenantId)).map(({ eventId }) => eventId)).toEqual([first, second]);
});

test('kill -9 at any moment, with a standby, loses no event, duplicates none and keeps the order', async () => {
  const tenants = await Promise.all([feed.tenant(), feed.tenant(), feed.tenant()]);
  const written = new Map<string, string[]>(tenants.map((id) => [id, []]));
  let isWriting = true;
  const writing = Promise.all(
    tenants.map(async (tenantId) => {
      while (isWriting) {
        written.get(tenantId)!.push(...(await feed.append(tenantId, [{}, {}, {}])));
        // While no relay is up yet, a backlog of many batches is enough: each kill hits one that is at work.
        while (isWriting && (await feed.outboxDepth()) > 200)
          await new Promise((next) => setTimeout(next, 5));
      }
    }),
  );
  let processes = [relay(), relay()];
  for (let round = 0; round < 12; round++) {
    // Kills the writer in the middle of its work; the other relay takes over while a third one starts.
    const writer = await Promise.race(
      processes.map((process) => process.line(/^placed/).then(() => process)),
    );
    await writer.kill();
    processes = [...processes.filter((process) => process !== writer), relay()];
  }
  isWriting = false;
  await writing;
  await eventually(isDrained);
  await Promise.all(processes.map((process) => process.kill()));
  for (const tenantId of tenants) {
    const places = await feed.feed(tenantId);
    expect(places.map(({ eventId }) => eventId)).toEqual(written.get(tenantId));
    expect(places.map(({ position }) => position)).toEqual(places.map((_, index) => index + 1));
  }
  expect([...written.values()].flat().length).toBeGreaterThan(50);
});

test('one of two relays writes, and the other takes over when the server disconnects the writer', async () => {
  const first = relay();
  await first.line(/^writer/);
  const second = relay();
  await second.line(/^started/);
  // Once an event has its position, the standby has tried to get the lock in vain.
  await feed.append(await feed.tenant(), [{}]);
  await eventually(isDrained);
  expect(second.lines).not.toContain('writer');
  process.kill(first.pid, 'SIGSTOP');
  // Ends the session as idle_session_timeout would after ten seconds with a frozen relay.
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and d.datname = current_database() and l.granted`,
  );
  await admin.end();
  await second.line(/^writer/);
  const tenantId = await feed.tenant();
  await feed.append(tenantId, [{}]);
  await eventually(isDrained);
  process.kill(first.pid, 'SIGCONT');
  await first.line(/^standby/);
  await feed.append(tenantId, [{}]);
  await eventually(isDrained);
  expect((await feed.feed(tenantId)).map(({ position }) => position)).toEqual([1, 2]);
  await Promise.all([first.kill(), second.kill()]);
});
