import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../config/index.js';
import { newContext, runInContext } from '../context/index.js';
import { TenantPool, UnitOfWorkFactory } from '../db/index.js';
import { FeedDatabase } from '../events/fixtures/feed-database.js';
import { createLogger } from '../observability/index.js';
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
import { batchesJob, effectJob, endlessJob, flakyJob, permanentJob, poisonJob } from './fixtures/jobs.js';
import { jobWake } from './job-queue.js';
import {
  DeadLetters,
  jobContract,
  type EnqueueOptions,
  type JobContract,
  JobQueue,
  JobsService,
  WakeQueue,
} from './index.js';

describe.each(['redis', 'postgres'] as const)('with queues in %s', (backend) => {
  let database: TestDatabase;
  let feed: FeedDatabase;
  let redis: TestRedis;
  let environment: Record<string, string>;
  let pool: TenantPool;
  let work: UnitOfWorkFactory;
  let wakes: WakeQueue;
  let queue: JobQueue;
  let jobs: JobsService;
  let letters: DeadLetters;
  let tenantId: string;
  let workers: TestProcess[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    feed = await FeedDatabase.open(database);
    redis = await testRedis();
    environment = testEnvironment(database, backend === 'redis' ? redis.url : undefined);
    pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
    work = new UnitOfWorkFactory(pool);
    wakes = new WakeQueue(loadConfig(environment), createLogger({ level: 'silent' }));
    await wakes.connect(10_000);
    queue = new JobQueue(wakes);
    jobs = new JobsService(work);
    letters = new DeadLetters(pool, wakes);
    tenantId = await feed.tenant();
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    workers = [];
  });
  afterAll(async () => {
    await wakes.close();
    await pool.end();
    await feed.close();
    await redis.stop();
    await database.drop();
  });

  function inTenant<T>(fn: () => Promise<T>): Promise<T> {
    return runInContext(newContext({ tenantId, correlationId: 'the-request', depth: 2 }), fn);
  }
  function enqueue(contract: JobContract<any>, ref: string, options?: EnqueueOptions) {
    return inTenant(() => work.run((uow) => queue.enqueue(uow, contract, { ref }, options)));
  }
  async function worker(env: Record<string, string> = {}): Promise<TestProcess> {
    const started = typescriptProcess(new URL('./fixtures/worker-process.ts', import.meta.url), {
      env: { ...environment, ...env },
    });
    workers.push(started);
    await started.line(/^ready/);
    return started;
  }
  const traces = async (source: string, ref: string) =>
    (await feed.effects(tenantId, source)).filter((trace) => trace.ref === ref);
  const job = async (id: string) => (await feed.owner.query('select * from job where id = $1', [id])).rows[0];
  const ended = (id: string, state: string) =>
    eventually(async () => {
      const row = await job(id);
      return row.state === state && row;
    });

  describe('one worker that nobody kills', () => {
    let steady: TestProcess;
    beforeAll(async () => {
      steady = await worker();
      // These tests share it; only the others kill theirs.
      workers = [];
    });
    afterAll(() => steady.kill());

    test('a job that does not say on whose behalf it runs is a dead letter at once', async () => {
      const id = randomUUID();
      await feed.owner.query(
        `insert into job (tenant_id, id, name, payload, correlation_id) values ($1, $2::uuid, $3, '{"data":{}}', $2::text)`,
        [tenantId, id, effectJob.name],
      );
      wakes.send([jobWake({ tenantId, id, attempts: 0 })]);
      expect(await ended(id, 'dead')).toMatchObject({
        error_class: 'poison',
        attempts: 1,
        lease_until: null,
        last_error: expect.stringContaining('runAs'),
      });
    });

    test('a job runs once, in the tenant and correlation of the request', async () => {
      const { id } = await enqueue(effectJob, 'once');
      await ended(id, 'done');
      expect(await traces('effect', 'once')).toMatchObject([
        { tenant_id: tenantId, correlation_id: 'the-request', depth: 2 },
      ]);
    });

    test('a job of a transaction that was rolled back never runs; its payload must match the contract', async () => {
      const attempt = inTenant(() =>
        work.run(async (uow) => {
          await queue.enqueue(uow, effectJob, { ref: 'rolled-back' });
          throw new Error('changed my mind');
        }),
      );
      await expect(attempt).rejects.toThrow('changed my mind');
      await expect(enqueue(effectJob, 42 as never)).rejects.toThrow();
      const { id } = await enqueue(effectJob, 'after');
      await ended(id, 'done');
      expect(
        await feed.jobs(tenantId, effectJob.name).then((rows) => rows.map((row) => row.payload.data.ref)),
      ).not.toContain('rolled-back');
    });

    test('a job does not run before its time', async () => {
      const runAt = new Date(Date.now() + 700);
      const { id } = await enqueue(effectJob, 'later', { runAt });
      const row = await ended(id, 'done');
      expect(row.finished_at.getTime()).toBeGreaterThanOrEqual(runAt.getTime());
    });

    test('a transient error is retried with a growing wait until it passes', async () => {
      const { id } = await enqueue(flakyJob, 'flaky');
      expect(await ended(id, 'done')).toMatchObject({ attempts: 3 });
      expect(await traces('flaky', 'flaky')).toHaveLength(3);
    });

    test('a permanent error causes a dead letter at once, any other error after all attempts', async () => {
      const [permanent, poison] = [await enqueue(permanentJob, 'p'), await enqueue(poisonJob, 'poison')];
      expect(await ended(permanent.id, 'dead')).toMatchObject({ attempts: 1, error_class: 'permanent' });
      expect(await ended(poison.id, 'dead')).toMatchObject({
        attempts: 3,
        error_class: 'poison',
        last_error: 'Error: no good',
      });
      const listed = await inTenant(() => letters.page({}, 2));
      expect(listed.map(({ id, source, errorClass, reason }) => [id, source, errorClass, reason])).toEqual([
        [poison.id, 'test.poison', 'poison', 'Error'],
        [permanent.id, 'test.permanent', 'permanent', 'PermanentError'],
      ]);
    });
  });

  test('only one job is created per idempotency key, even concurrently', async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => enqueue(effectJob, 'keyed', { idempotencyKey: 'k' })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  test('a dead letter that is replayed in a corrected worker runs again; a job that is not dead is refused', async () => {
    const first = await worker();
    const { id } = await enqueue(poisonJob, 'to-mend');
    await ended(id, 'dead');
    await first.stop();
    await worker({ MENDED: '1' });
    const replay = () => work.run((uow) => letters.replay(uow, id));
    const both = await Promise.allSettled([inTenant(replay), inTenant(replay)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await ended(id, 'done')).toMatchObject({ attempts: 4 });
    await expect(inTenant(replay)).rejects.toMatchObject({ status: 409, code: 'notFailed' });
    const other = newContext({ tenantId: await feed.tenant(), correlationId: 'other' });
    await expect(runInContext(other, replay)).rejects.toMatchObject({ status: 404 });
  });

  test('after kill -9 of a worker, another one gets its job', async () => {
    const first = await worker();
    const { id } = await enqueue(endlessJob, 'orphan');
    await eventually(async () => (await traces('endless', 'orphan')).length === 1);
    await first.kill();
    const second = await worker();
    await eventually(async () => (await traces('endless', 'orphan')).length === 2);
    expect((await traces('endless', 'orphan')).map((trace) => trace.worker)).toEqual([first.pid, second.pid]);
    await inTenant(() => jobs.cancel(id));
  });

  test('after kill -9 in the middle of a batch, the next worker does every batch exactly once', async () => {
    const first = await worker();
    const { id } = await enqueue(batchesJob, 'killed');
    await eventually(async () => (await job(id)).cursor === 3);
    await first.kill();
    const second = await worker({ MENDED: '1' });
    // The batch before the last one leaves something for a later attempt.
    expect(await ended(id, 'done')).toMatchObject({ attempts: 3, cursor: 5 });
    const done = (await feed.effects(tenantId, 'batches')).filter(({ ref }) => ref.startsWith('killed '));
    expect(done.map(({ ref, worker: by }) => [ref, by]).sort()).toEqual(
      [first, first, first, second, second, second].map(({ pid }, at) => [`killed ${at}`, pid]),
    );
  });

  test('a worker that froze past its lease loses the job and notices', async () => {
    const first = await worker({ PELLUCID_LOG_LEVEL: 'info' });
    const { id } = await enqueue(endlessJob, 'frozen');
    await eventually(async () => (await traces('endless', 'frozen')).length === 1);
    process.kill(first.pid, 'SIGSTOP');
    const second = await worker();
    await eventually(async () => (await traces('endless', 'frozen')).length === 2);
    const { attempts } = await job(id);
    process.kill(first.pid, 'SIGCONT');
    await first.line(/the job was stopped: leaseLost/);
    // The result of the frozen worker must not change the new owner's row.
    expect(await job(id)).toMatchObject({ state: 'running', attempts });
    expect((await traces('endless', 'frozen')).at(-1)!.worker).toBe(second.pid);
    await inTenant(() => jobs.cancel(id));
  });

  test('a replayed dead letter that no worker knows any more waits for a newer one, then is dead again and says so', async () => {
    await worker();
    const { id } = await enqueue(jobContract({ name: 'consumer:gone', schema: effectJob.schema }), 'gone');
    const unknownSince = async () =>
      eventually(async () => {
        const { state, payload } = await job(id);
        return state === 'pending' && payload._unknown?.since;
      });
    const first = await unknownSince();
    const tenMinutesAgo = async (attemptsByOthers = 0) => {
      await feed.owner.query(
        `update job set run_at = now(), attempts = attempts + $2,
            payload = jsonb_set(payload, '{_unknown,since}', to_jsonb(now() - interval '10 minutes'))
          where id = $1`,
        [id, attemptsByOthers],
      );
      wakes.send([jobWake({ tenantId, id, attempts: Date.now() })]);
    };
    // A worker that knew it has had it meanwhile, and was stopped: the ten minutes begin anew.
    await tenMinutesAgo(1);
    await eventually(async () => Date.parse(await unknownSince()) > Date.parse(first));
    await tenMinutesAgo();
    expect(await ended(id, 'dead')).toMatchObject({ error_class: 'permanent' });
    expect(await inTenant(() => letters.page({ source: 'gone' }, 10))).toMatchObject([
      { id, kind: 'consumer', errorClass: 'permanent', reason: 'unknownJob' },
    ]);
    await inTenant(() => work.run((uow) => letters.replay(uow, id)));
    expect(Date.parse(await unknownSince())).toBeGreaterThan(Date.parse(first));
    await tenMinutesAgo();
    await ended(id, 'dead');
    await inTenant(() => work.run((uow) => letters.discard(uow, id)));
    expect(await inTenant(() => letters.page({ source: 'gone' }, 10))).toEqual([]);
  });

  test('a running job that is cancelled stops and stays cancelled; a waiting one never runs', async () => {
    const running = await worker({ PELLUCID_LOG_LEVEL: 'info' });
    const { id } = await enqueue(endlessJob, 'cancelled');
    const { id: waiting } = await enqueue(effectJob, 'never', { runAt: new Date(Date.now() + 3_600_000) });
    await eventually(async () => (await traces('endless', 'cancelled')).length === 1);
    await inTenant(() => jobs.cancel(id));
    await inTenant(() => jobs.cancel(waiting));
    await running.line(/the job was stopped: cancelled/);
    expect(await job(id)).toMatchObject({ state: 'cancelled' });
    await feed.owner.query('update job set run_at = now() where id = $1', [waiting]);
    const { id: after } = await enqueue(effectJob, 'after-cancel');
    await ended(after, 'done');
    expect(await traces('effect', 'never')).toEqual([]);
  });

  test('a worker that shuts down returns its job without using up an attempt', async () => {
    const first = await worker();
    const { id } = await enqueue(endlessJob, 'handed-over');
    await eventually(async () => (await traces('endless', 'handed-over')).length === 1);
    await first.stop();
    expect(await job(id)).toMatchObject({ state: 'pending', attempts: 1, payload: { _attemptsBefore: 1 } });
    await inTenant(() => jobs.cancel(id));
  });

  test.runIf(backend === 'redis')('a flushed Redis loses no job and runs none twice', async () => {
    const before = await Promise.all(
      Array.from({ length: 20 }, (_, i) => enqueue(effectJob, `flushed-${i}`)),
    );
    await redis.flush();
    await worker();
    const during = await Promise.all(
      Array.from({ length: 20 }, (_, i) => enqueue(effectJob, `flushing-${i}`)),
    );
    await redis.flush();
    for (const { id } of [...before, ...during]) await ended(id, 'done');
    const refs = (await feed.effects(tenantId, 'effect'))
      .map(({ ref }) => ref)
      .filter((ref) => ref.startsWith('flush'));
    expect(refs.length).toBe(40);
    expect(new Set(refs).size).toBe(40);
  });

  test.runIf(backend === 'redis')('without Redis jobs are still taken on, and run', async () => {
    await worker();
    await redis.kill();
    // The call returns although Redis is down: nothing waits for a connection.
    const { id } = await enqueue(effectJob, 'no-redis');
    await ended(id, 'done');
    await redis.restart();
    const { id: again } = await enqueue(effectJob, 'redis-again');
    await ended(again, 'done');
  });

  test('a schedule ticks in one worker at a time', async () => {
    const [first, second] = await Promise.all([worker({ TICK_MS: '300' }), worker({ TICK_MS: '300' })]);
    const ticks = () => [...first.lines, ...second.lines].filter((line) => line.startsWith('tick'));
    await eventually(async () => ticks().length >= 12);
    // The first two may be close together, because the schedule is set when a worker starts.
    const times = ticks()
      .map((line) => Number(line.split(' ')[2]))
      .sort((a, b) => a - b)
      .slice(2);
    // Each tick is in its own slot, however late it fires. A worker that stalls prints the (at most two) ticks it holds
    // out of their order. If both workers ticked on their own, it would take half as long.
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual((times.length - 4) * 300);
  });

  test('a worker with a contract without a handler refuses to start and names it', async () => {
    const refused = typescriptProcess(new URL('./fixtures/worker-process.ts', import.meta.url), {
      env: { ...environment, WITHOUT_HANDLER: '1' },
    });
    expect(await refused.line(/^refused/)).toMatch(/JobHandlerError: no handler for test\.effect/);
    expect(await refused.exited).toBe(1);
  });
});
