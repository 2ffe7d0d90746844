import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../config/index.js';
import { newContext, runInContext } from '../context/index.js';
import { MasterKeys } from '../crypto/index.js';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '../db/index.js';
import { DeadLetters, WakeQueue } from '../jobs/index.js';
import { createLogger, Metrics } from '../observability/index.js';
import {
  eventually,
  type TestDatabase,
  type TestProcess,
  type TestRedis,
  testDatabase,
  testEnvironment,
  testRedis,
  typescriptProcess,
} from '../testing/index.js';
import { ConsumerRunner } from './consumer-runner.js';
import {
  consumerLag,
  ConsumerRegistry,
  ensurePartitions,
  EventDecryptor,
  type FeedEvent,
  strayEvents,
} from './index.js';
import { FeedDatabase } from './fixtures/feed-database.js';

const silent = createLogger({ level: 'silent' });
let database: TestDatabase;
let feed: FeedDatabase;
let redis: TestRedis;
let environment: Record<string, string>;
let pool: TenantPool;
let platform: PlatformPool;
let workers: TestProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  feed = await FeedDatabase.open(database);
  redis = await testRedis();
  environment = testEnvironment(database, redis.url);
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  workers = [];
});
afterAll(async () => {
  await Promise.all([pool.end(), platform.end(), feed.close()]);
  await redis.stop();
  await database.drop();
});

async function worker(env: Record<string, string> = {}): Promise<TestProcess> {
  const started = typescriptProcess(new URL('../jobs/fixtures/worker-process.ts', import.meta.url), {
    env: { ...environment, ...env },
  });
  workers.push(started);
  await started.line(/^ready/);
  return started;
}
const decryptor = () => new EventDecryptor(MasterKeys.of(loadConfig(environment)));
const refs = async (tenantId: string, source: string) =>
  (await feed.effects(tenantId, source)).map(({ ref }) => ref);
const hasHandled = (tenantId: string, source: string, count: number) =>
  eventually(async () => (await refs(tenantId, source)).length >= count);

test('each event takes effect once, in order, in its own correlation and as its consequence', async () => {
  const tenantId = await feed.tenant();
  await worker();
  const ids = await feed.append(
    tenantId,
    Array.from({ length: 50 }, (_, i) => ({ correlationId: `c-${i % 7}` })),
  );
  await hasHandled(tenantId, 'consumer', 50);
  const traces = await feed.effects(tenantId, 'consumer');
  expect(traces.map(({ ref }) => ref)).toEqual(ids);
  for (const [index, trace] of traces.entries())
    expect(trace).toMatchObject({ correlation_id: `c-${index % 7}`, causation_id: ids[index], depth: 1 });
});

test('kill -9 of workers at any moment neither repeats nor loses an effect', async () => {
  const tenants = await Promise.all([feed.tenant(), feed.tenant()]);
  const written = new Map<string, string[]>(tenants.map((id) => [id, []]));
  let seen = 0;
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 30; i++)
      for (const tenantId of tenants)
        written.get(tenantId)!.push(...(await feed.append(tenantId, [{}, {}, {}])));
    const running = await worker();
    // Kills the worker as soon as it has made progress, hence in the middle of its work.
    await eventually(async () => {
      const { rows } = await feed.owner.query(
        `select count(*)::int as n from effect where source = 'consumer'`,
      );
      const hasMoved = rows[0].n > seen;
      seen = rows[0].n;
      return hasMoved;
    });
    await running.kill();
  }
  await Promise.all([worker(), worker()]);
  for (const tenantId of tenants) {
    const ids = written.get(tenantId)!;
    await hasHandled(tenantId, 'consumer', ids.length);
    expect(await refs(tenantId, 'consumer')).toEqual(ids);
  }
});

test('an event that suppresses a consumer is skipped by it', async () => {
  const tenantId = await feed.tenant();
  await worker();
  const [, loud] = await feed.append(tenantId, [{ suppress: ['effects'] }, {}]);
  await hasHandled(tenantId, 'consumer', 1);
  await eventually(async () => (await cursor(tenantId, 'effects'))?.position === 2);
  expect(await refs(tenantId, 'consumer')).toEqual([loud]);
});

test('an event that always fails becomes a dead letter and the others take effect; replayed in a corrected worker, it does too', async () => {
  const tenantId = await feed.tenant();
  const first = await worker();
  const ids = await feed.append(
    tenantId,
    Array.from({ length: 9 }, (_, i) => ({ object: 'fragile', changes: i === 4 ? { poison: true } : {} })),
  );
  const [letter] = await eventually(async () => {
    const rows = await feed.jobs(tenantId, 'consumer:fragile');
    return rows.length > 0 && rows;
  });
  expect(letter).toMatchObject({
    state: 'dead',
    error_class: 'poison',
    last_error: 'Error: no good',
    correlation_id: ids[4],
    payload: { data: { eventId: ids[4], position: 5 } },
  });
  await hasHandled(tenantId, 'fragile', 8);
  expect(await refs(tenantId, 'fragile')).toEqual(ids.filter((id) => id !== ids[4]));
  await first.stop();

  await worker({ MENDED: '1' });
  const wakes = new WakeQueue(loadConfig(environment), silent);
  await wakes.connect();
  const letters = new DeadLetters(pool, wakes);
  await runInContext(newContext({ tenantId, correlationId: 'operator' }), () =>
    new UnitOfWorkFactory(pool).run((uow) => letters.replay(uow, letter.id)),
  );
  await eventually(async () => (await feed.jobs(tenantId, 'consumer:fragile'))[0].state === 'done');
  await wakes.close();
  expect((await refs(tenantId, 'fragile')).at(-1)).toBe(ids[4]);
});

test('a new consumer that starts at the head skips old feeds, but nothing of tenants created later', async () => {
  const own = await testDatabase();
  const ownFeed = await FeedDatabase.open(own);
  try {
    const env = { ...testEnvironment(own, redis.url) };
    const old = await ownFeed.tenant();
    await ownFeed.append(old, [{}, {}]);
    const relay = typescriptProcess(new URL('./fixtures/relay-process.ts', import.meta.url), { env });
    await eventually(async () => (await ownFeed.feed(old)).length === 2);
    const started = await worker(env);
    const later = await ownFeed.tenant();
    const [third] = await ownFeed.append(old, [{}]);
    const [first] = await ownFeed.append(later, [{}]);
    await eventually(async () => (await ownFeed.effects(later, 'late-comer')).length === 1);
    await eventually(async () => (await ownFeed.effects(old, 'late-comer')).length === 1);
    expect((await ownFeed.effects(old, 'late-comer')).map(({ ref }) => ref)).toEqual([third]);
    expect((await ownFeed.effects(later, 'late-comer')).map(({ ref }) => ref)).toEqual([first]);
    // Another consumer, with a pace of its own.
    await eventually(async () => (await ownFeed.effects(old, 'consumer')).length === 3);
    await Promise.all([started.kill(), relay.kill()]);
  } finally {
    await ownFeed.close();
    await own.drop();
  }
});

test('a consumer that cannot commit its effect does not move its cursor, and two concurrent ones do not share a batch', async () => {
  const tenantId = await feed.tenant();
  const ids = await feed.append(tenantId, [{}, {}, {}]);
  const relay = typescriptProcess(new URL('./fixtures/relay-process.ts', import.meta.url), {
    env: environment,
  });
  await eventually(async () => (await feed.feed(tenantId)).length === 3);
  await relay.kill();

  const registry = new ConsumerRegistry();
  let isFailing = true;
  const calls: string[][] = [];
  let inHandler = () => {};
  let goOn: Promise<void> = Promise.resolve();
  registry.register({
    name: 'in-process',
    objects: '*',
    verbs: '*',
    grouping: 'batch',
    backoff: { firstMs: 1, maxMs: 1 },
    handle: async (events: FeedEvent[], uow) => {
      calls.push(events.map(({ id }) => id));
      await uow.run({
        text: `insert into effect (tenant_id, source, ref) select $1, 'in-process', unnest($2::text[])`,
        values: [tenantId, events.map(({ id }) => id)],
      });
      if (isFailing) throw Object.assign(new Error('deadlock'), { code: '40P01' });
      inHandler();
      await goOn;
    },
  });
  const consumer = registry.find('in-process')!;
  const runner = new ConsumerRunner(new UnitOfWorkFactory(pool), decryptor(), silent, new Metrics(silent));
  expect(await runner.turn(tenantId, consumer)).toEqual({ is: 'more' });
  expect(await refs(tenantId, 'in-process')).toEqual([]);
  expect(await runner.turn(tenantId, consumer)).toMatchObject({ is: 'retry' });
  expect(await cursor(tenantId, 'in-process')).toMatchObject({ position: 0, failures: 1 });

  isFailing = false;
  await eventually(async () => (await runner.turn(tenantId, consumer)).is === 'more');
  const entered = new Promise<void>((done) => {
    inHandler = done;
  });
  let finish = () => {};
  goOn = new Promise((done) => {
    finish = done;
  });
  const slow = runner.turn(tenantId, consumer);
  await entered;
  expect(await runner.turn(tenantId, consumer)).toEqual({ is: 'busy' });
  finish();
  await slow;
  await eventually(async () => (await runner.turn(tenantId, consumer)).is === 'caughtUp');
  expect(await refs(tenantId, 'in-process')).toEqual(ids);
  expect(calls.slice(0, 2)).toEqual([ids, [ids[0]]]);
});

test('lag shows how far behind a consumer is, partitions are created ahead and strays are counted', async () => {
  const own = await testDatabase();
  const ownFeed = await FeedDatabase.open(own);
  const ownPlatform = new PlatformPool({ connectionString: own.platformUrl, max: 2 });
  try {
    const tenantId = await ownFeed.tenant();
    await ownFeed.owner.query(
      `insert into consumer_cursor (tenant_id, consumer) values ('00000000-0000-0000-0000-000000000000', 'slow');
       insert into consumer_cursor (tenant_id, consumer, position) values ('${tenantId}', 'slow', 2);
       insert into feed_head (tenant_id, position) values ('${tenantId}', 5);
       insert into feed (tenant_id, position, event_id, placed_at)
         select '${tenantId}', n, gen_random_uuid(), now() - interval '1 minute' from generate_series(1, 5) n`,
    );
    const [lag] = await consumerLag(ownPlatform);
    expect(lag).toMatchObject({ consumer: 'slow', positions: 3 });
    expect(lag!.seconds).toBeGreaterThanOrEqual(60);

    expect(await ensurePartitions(ownPlatform)).toBe(0);
    await ownFeed.append(tenantId, [{}]);
    expect(await strayEvents(ownPlatform)).toBe(0);
    await ownFeed.owner.query(
      `insert into record_event select tenant_id, uuid_v7_floor(now() + interval '2 years'), object, record_id, verb,
         descriptor_version, record_version, changes, personal, actor_kind, actor_id, on_behalf_of, cause_kind, cause_id,
         cause_version, correlation_id, causation_id, depth, suppress, at from record_event limit 1`,
    );
    expect(await strayEvents(ownPlatform)).toBe(1);
  } finally {
    await Promise.all([ownFeed.close(), ownPlatform.end()]);
    await own.drop();
  }
});

async function cursor(tenantId: string, consumer: string) {
  const { rows } = await feed.owner.query(
    'select position::int as position, failures from consumer_cursor where tenant_id = $1 and consumer = $2',
    [tenantId, consumer],
  );
  return rows[0] as { position: number; failures: number } | undefined;
}
