import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PlatformPool } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { NO_TENANT } from './consumer-birth.js';
import { FeedRetention } from './feed-retention.js';

let database: TestDatabase;
let owner: pg.Client;
let platform: PlatformPool;
let tenant: string;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
});
afterAll(async () => {
  await platform?.end();
  await owner?.end();
  await database?.drop();
});
beforeEach(async () => {
  await owner.query('delete from feed; delete from consumer_cursor; delete from feed_head');
  tenant = await newTenant();
});

async function newTenant(): Promise<string> {
  const id = randomUUID();
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [id, 'Test', `t-${id}`]);
  return id;
}
/** Creates a feed whose positions have the given ages in days, oldest first. */
async function feed(ages: number[], of = tenant): Promise<void> {
  await owner.query(
    `insert into feed (tenant_id, position, event_id, placed_at)
     select $1, n, gen_random_uuid(), now() - age * interval '1 day' from unnest($2::int[]) with ordinality as a(age, n)`,
    [of, ages],
  );
  await owner.query('insert into feed_head (tenant_id, position) values ($1, $2)', [of, ages.length]);
}
const knownConsumer = (name: string, seenDaysAgo = 0) =>
  owner.query(
    `insert into consumer_cursor (tenant_id, consumer, updated_at) values ($1, $2, now() - $3 * interval '1 day')`,
    [NO_TENANT, name, seenDaysAgo],
  );
const cursor = (name: string, position: number, of = tenant) =>
  owner.query(
    `insert into consumer_cursor (tenant_id, consumer, position) values ($1, $2, $3)
     on conflict (tenant_id, consumer) do update set position = excluded.position`,
    [of, name, position],
  );
async function left(of = tenant) {
  const { rows } = await owner.query(
    `select coalesce(array_agg(f.position::int order by f.position), '{}') as places, h.purged_to::int as "purgedTo"
       from feed_head h left join feed f on f.tenant_id = h.tenant_id where h.tenant_id = $1 group by h.tenant_id`,
    [of],
  );
  return rows[0];
}

test('expired positions are removed, younger ones stay, and the head remembers how far it went', async () => {
  await feed([400, 380, 366, 364, 10]);
  const retention = new FeedRetention(platform);
  expect(await retention.purge(365)).toBe(3);
  expect(await left()).toEqual({ places: [4, 5], purgedTo: 3 });
  expect(await retention.purge(365)).toBe(0);
  expect(await left()).toEqual({ places: [4, 5], purgedTo: 3 });
});

test('the newest position of a feed stays, however old it is', async () => {
  await feed([900, 800, 700]);
  await new FeedRetention(platform).purge(365);
  expect(await left()).toEqual({ places: [3], purgedTo: 2 });
});

test('0 days keep all', async () => {
  await feed([9_000, 8_000]);
  expect(await new FeedRetention(platform).purge(0)).toBe(0);
  expect(await left()).toEqual({ places: [1, 2], purgedTo: 0 });
});

test('what a consumer has not handled yet stays; one that never started on the feed keeps all of it', async () => {
  const second = await newTenant();
  const ages = [500, 490, 480, 470, 1];
  await feed(ages);
  await feed(ages, second);
  for (const name of ['fast', 'slow']) await knownConsumer(name);
  await cursor('fast', 5);
  await cursor('slow', 2);
  await cursor('fast', 5, second);
  const retention = new FeedRetention(platform);
  expect(await retention.purge(365)).toBe(2);
  expect(await left()).toEqual({ places: [3, 4, 5], purgedTo: 2 });
  expect(await left(second)).toEqual({ places: [1, 2, 3, 4, 5], purgedTo: 0 });
  await cursor('slow', 5);
  expect(await retention.purge(365)).toBe(2);
  expect(await left()).toEqual({ places: [5], purgedTo: 4 });
});

test('a consumer that no worker has registered for a month holds nothing back', async () => {
  await feed([500, 490, 1]);
  await knownConsumer('gone', 31);
  await knownConsumer('here', 29);
  await cursor('here', 3);
  expect(await new FeedRetention(platform).purge(365)).toBe(2);
});

test('a reader without a cursor keeps what it has not read', async () => {
  await feed([500, 490, 480, 1]);
  const retention = new FeedRetention(platform);
  let read = 0;
  retention.register({ name: 'reader', readTo: async (id) => (id === tenant ? read : 99) });
  expect(await retention.purge(365)).toBe(0);
  read = 2;
  expect(await retention.purge(365)).toBe(2);
  expect(await left()).toEqual({ places: [3, 4], purgedTo: 2 });
});

test('a long feed is removed in batches', async () => {
  await feed([...Array.from({ length: 12_001 }, () => 400), 1]);
  expect(await new FeedRetention(platform).purge(365)).toBe(12_001);
  expect(await left()).toEqual({ places: [12_002], purgedTo: 12_001 });
});
