import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { PlatformPool, TenantPool } from '../db/index.js';
import { createLogger } from '../observability/index.js';
import { eventually, type TestDatabase, testDatabase } from '../testing/index.js';
import { FeedFollower } from './feed-follower.js';
import { FeedDatabase } from './fixtures/feed-database.js';
import { Relay } from './relay.js';

const silent = createLogger({ level: 'silent' });
let database: TestDatabase;
let feed: FeedDatabase;
let admin: pg.Client;
let pool: TenantPool;
let platform: PlatformPool;
let relay: Relay;
let followers: FeedFollower[];

beforeAll(async () => {
  database = await testDatabase();
  feed = await FeedDatabase.open(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  relay = new Relay({ connectionString: database.platformUrl, onPlaced: () => {} }, silent);
  relay.start();
});
beforeEach(() => {
  // As two processes of the API: each has a connection of its own. Only one of them sweeps.
  followers = [3_600_000, 50].map(
    (sweepMs) =>
      new FeedFollower({ connectionString: database.platformUrl, sweepMs }, pool, platform, silent),
  );
});
afterEach(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
});
afterAll(async () => {
  await relay.stop();
  await Promise.all([pool.end(), platform.end(), admin.end(), feed.close()]);
  await database.drop();
});

const isPlaced = (tenantId: string, count: number) =>
  eventually(async () => (await feed.feed(tenantId)).length === count);

/** Collects the events that a follower delivers. */
async function follow(follower: FeedFollower, tenantId: string) {
  const ids: string[] = [];
  const end = await follower.follow(tenantId, (events) => void ids.push(...events.map(({ id }) => id)));
  return { ids, end };
}

test('every follower gets each later event once and in order, of the tenants that it follows', async () => {
  const [mine, other] = [await feed.tenant(), await feed.tenant()];
  await feed.append(mine, [{}, {}]);
  await isPlaced(mine, 2);
  const [a, b] = [await follow(followers[0]!, mine), await follow(followers[1]!, mine)];
  const written: string[] = [];
  for (let n = 0; n < 20; n++) {
    written.push(...(await feed.append(mine, [{}, {}, {}])));
    await feed.append(other, [{}]);
  }
  await eventually(async () => a.ids.length >= 60 && b.ids.length >= 60);
  expect(a.ids).toEqual(written);
  expect(b.ids).toEqual(written);
  const { rows } = await feed.owner.query('select count(*)::int as cursors from consumer_cursor');
  expect(rows[0].cursors).toBe(0);
});

test('a long backlog arrives in order, in several reads', async () => {
  const tenantId = await feed.tenant();
  const { ids } = await follow(followers[0]!, tenantId);
  const written = await feed.append(
    tenantId,
    Array.from({ length: 1_201 }, () => ({})),
  );
  await eventually(async () => ids.length >= written.length);
  expect(ids).toEqual(written);
});

test('what was placed while the connection was lost arrives once it is back', async () => {
  const tenantId = await feed.tenant();
  const { ids } = await follow(followers[1]!, tenantId);
  const written = await feed.append(tenantId, [{}]);
  await eventually(async () => ids.length === 1);
  for (let n = 0; n < 3; n++) {
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pellucid-feed-follower'
        and datname = current_database()`,
    );
    written.push(...(await feed.append(tenantId, [{}, {}])));
  }
  await eventually(async () => ids.length >= written.length);
  expect(ids).toEqual(written);
});

test('nothing arrives after the end, while others who follow the same tenant go on', async () => {
  const tenantId = await feed.tenant();
  const [leaving, staying] = [await follow(followers[0]!, tenantId), await follow(followers[0]!, tenantId)];
  leaving.end();
  const [first] = await feed.append(tenantId, [{}]);
  await eventually(async () => staying.ids.length === 1);
  expect(leaving.ids).toEqual([]);

  // Whoever comes back starts at the head again.
  staying.end();
  await feed.append(tenantId, [{}]);
  await isPlaced(tenantId, 2);
  const again = await follow(followers[0]!, tenantId);
  const [third] = await feed.append(tenantId, [{}]);
  await eventually(async () => again.ids.length === 1);
  expect([staying.ids, again.ids]).toEqual([[first], [third]]);
});

test('a listener that fails does not keep the events from others', async () => {
  const tenantId = await feed.tenant();
  await followers[0]!.follow(tenantId, () => {
    throw new Error('no good');
  });
  const { ids } = await follow(followers[0]!, tenantId);
  const written = await feed.append(tenantId, [{}]);
  await eventually(async () => ids.length === 1);
  expect(ids).toEqual(written);
});

test('a follower that has stopped refuses to follow and opens no connection', async () => {
  await followers[0]!.stop();
  await expect(follow(followers[0]!, await feed.tenant())).rejects.toThrow('stopped');
  const { rowCount } = await admin.query(
    `select 1 from pg_stat_activity where application_name = 'pellucid-feed-follower'
      and datname = current_database()`,
  );
  expect(rowCount).toBe(0);
});
