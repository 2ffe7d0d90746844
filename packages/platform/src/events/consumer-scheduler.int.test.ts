import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../config/index.js';
import { MasterKeys } from '../crypto/index.js';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '../db/index.js';
import { WakeQueue } from '../jobs/index.js';
import { createLogger, Metrics } from '../observability/index.js';
import {
  eventually,
  type TestDatabase,
  type TestRedis,
  testDatabase,
  testEnvironment,
  testRedis,
} from '../testing/index.js';
import { type Consumer, ConsumerRegistry } from './consumer.js';
import { ConsumerRunner, type TurnOutcome } from './consumer-runner.js';
import { ConsumerScheduler } from './consumer-scheduler.js';
import { EventDecryptor } from './event-decryptor.js';
import { FeedDatabase } from './fixtures/feed-database.js';
import { type Placement, Relay } from './relay.js';

const silent = createLogger({ level: 'silent' });
const OBJECTS = ['thing', ...Array.from({ length: 9 }, (_, i) => `other-${i}`)];
let database: TestDatabase;
let redis: TestRedis;
let feed: FeedDatabase;
let pool: TenantPool;
let platform: PlatformPool;
let wakes: WakeQueue;
let registry: ConsumerRegistry;
let runner: CountingRunner;
let scheduler: ConsumerScheduler;
let relay: Relay;
/** Whether this process learns what its relay has placed. */
let isToldOfPlacements = true;

/** Counts the turns of each consumer. */
class CountingRunner extends ConsumerRunner {
  readonly turns = new Map<string, number>();
  running = 0;

  override async turn(tenantId: string, consumer: Consumer): Promise<TurnOutcome> {
    this.turns.set(consumer.name, (this.turns.get(consumer.name) ?? 0) + 1);
    this.running++;
    try {
      return await super.turn(tenantId, consumer);
    } finally {
      this.running--;
    }
  }
}

beforeAll(async () => {
  database = await testDatabase();
  redis = await testRedis();
  feed = await FeedDatabase.open(database);
  const config = loadConfig(testEnvironment(database, redis.url));
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  wakes = new WakeQueue(config, silent);
  await wakes.connect();
  registry = new ConsumerRegistry();
  for (const object of OBJECTS)
    registry.register({
      name: `of-${object}`,
      objects: [object],
      verbs: ['create'],
      batchSize: 10_000,
      handle: async (events, uow) => {
        await uow.run({
          text: `insert into effect (tenant_id, source, ref) select $1, $2, unnest($3::text[])`,
          values: [uow.tenantId, `of-${object}`, events.map(({ id }) => id)],
        });
      },
    });
  const decryptor = new EventDecryptor(MasterKeys.of(config));
  runner = new CountingRunner(new UnitOfWorkFactory(pool), decryptor, silent, new Metrics(silent));
  relay = new Relay(
    {
      connectionString: database.platformUrl,
      onPlaced: (placements: Placement[]) => isToldOfPlacements && scheduler.placed(placements),
    },
    silent,
  );
  relay.start();
});
afterEach(() => scheduler.stop());
afterAll(async () => {
  await relay.stop();
  await wakes.close();
  await Promise.all([pool.end(), platform.end(), feed.close()]);
  await redis.stop();
  await database.drop();
});

function start(
  options: { sweepMs: number; restMs: number; isAtWork?: (tenantId: string) => boolean },
  consumers = registry,
): void {
  scheduler = new ConsumerScheduler(consumers, runner, platform, wakes, silent, {
    concurrency: 4,
    ...options,
  });
  scheduler.start();
}

const cursors = async (tenantId: string): Promise<number[]> => {
  const { rows } = await feed.owner.query(
    'select position::int as position from consumer_cursor where tenant_id = $1',
    [tenantId],
  );
  return rows.map(({ position }) => position);
};
const haveAllReached = (tenantId: string, position: number) =>
  eventually(async () => {
    await scheduler.sweep();
    const reached = await cursors(tenantId);
    return reached.length === OBJECTS.length && reached.every((at) => at === position);
  });

test('a consumer takes turns for its own events only, and the cursors of the others follow', async () => {
  // Sweeps only when the test says so.
  start({ sweepMs: 3_600_000, restMs: 1 });
  const tenantId = await feed.tenant();
  await feed.append(tenantId, [{}]);
  // The first turn of each consumer makes its cursor.
  await haveAllReached(tenantId, 1);
  await eventually(async () => runner.running === 0);
  runner.turns.clear();
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push(...(await feed.append(tenantId, [{}, {}])));
  await haveAllReached(tenantId, 41);
  expect([...runner.turns.keys()]).toEqual(['of-thing']);

  const [other] = await feed.append(tenantId, [{ object: 'other-3' }]);
  await haveAllReached(tenantId, 42);
  expect([...runner.turns.keys()]).toEqual(['of-thing', 'of-other-3']);
  expect((await feed.effects(tenantId, 'of-other-3')).map(({ ref }) => ref)).toEqual([other]);

  // A writer that does not say of which kinds its events are.
  const [unsaid] = await feed.append(tenantId, [{ object: 'other-4' }], false);
  await haveAllReached(tenantId, 43);
  expect([...runner.turns.keys()]).toEqual(['of-thing', 'of-other-3', 'of-other-4']);
  expect((await feed.effects(tenantId, 'of-other-4')).map(({ ref }) => ref)).toEqual([unsaid]);
  expect((await feed.effects(tenantId, 'of-thing')).map(({ ref }) => ref).slice(1)).toEqual(ids);
});

test('an event that no consumer was woken for is found, and no cursor passes it unhandled', async () => {
  start({ sweepMs: 100, restMs: 1 });
  const tenantId = await feed.tenant();
  await feed.append(tenantId, [{}]);
  await haveAllReached(tenantId, 1);
  isToldOfPlacements = false;
  const [missed] = await feed.append(tenantId, [{ object: 'other-5' }]);
  await eventually(async () => (await feed.feed(tenantId)).length === 2);
  isToldOfPlacements = true;
  await feed.append(tenantId, [{}]);
  await haveAllReached(tenantId, 3);
  expect((await feed.effects(tenantId, 'of-other-5')).map(({ ref }) => ref)).toEqual([missed]);
});

test('a consumer that has caught up handles what arrives while it rests in one turn', async () => {
  start({ sweepMs: 3_600_000, restMs: 500 });
  const tenantId = await feed.tenant();
  await feed.append(tenantId, [{}]);
  await haveAllReached(tenantId, 1);
  await eventually(async () => runner.running === 0);
  runner.turns.clear();
  const writes: string[][] = [];
  const until = performance.now() + 1_000;
  while (performance.now() < until) writes.push(await feed.append(tenantId, [{}]));
  await eventually(async () => (await feed.effects(tenantId, 'of-thing')).length === writes.length + 1);
  // One turn for what was there after each rest; without rests, every poll of the relay makes one.
  expect(runner.turns.get('of-thing')).toBeLessThanOrEqual(
    Math.ceil((performance.now() - until + 1_000) / 500),
  );
});

test('a consumer leaves most of the time to a running job of its tenant', async () => {
  const turns: { began: number; ended: number }[] = [];
  const slow = new ConsumerRegistry();
  slow.register({
    name: 'slow',
    objects: ['slow'],
    verbs: '*',
    batchSize: 1,
    handle: async () => {
      const began = performance.now();
      await new Promise((done) => setTimeout(done, 50));
      turns.push({ began, ended: performance.now() });
    },
  });
  const tenantId = await feed.tenant();
  start({ sweepMs: 3_600_000, restMs: 1, isAtWork: (asked) => asked === tenantId }, slow);
  await feed.append(tenantId, [{ object: 'slow' }, { object: 'slow' }, { object: 'slow' }]);
  await eventually(async () => turns.length === 3);
  for (const [n, { began }] of turns.slice(1).entries()) {
    const before = turns[n]!;
    expect(began - before.ended).toBeGreaterThan(2.5 * (before.ended - before.began));
  }
});
