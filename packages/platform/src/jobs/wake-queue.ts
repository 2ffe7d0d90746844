import { createPostgresBackend, createRedisBackend, Queue, Worker, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { ConfigError, type Config } from '../config/index.js';
import { EnduringClient } from '../db/index.js';
import { type Logger, throttled } from '../observability/index.js';

/** A hint that there is work. It may get lost or arrive twice: the rows in Postgres are authoritative. */
export interface Wake {
  kind: string;
  /** Waiting wakes with the same id are merged. Without `:` (BullMQ's separator). */
  id: string;
  data: Record<string, unknown>;
  delayMs?: number;
}

/** How something recurs. */
export type Recurrence = { everyMs: number } | { cron: string; tz: string };

/** Jobs use one lane; signals (consumers, schedules) use another, so that they do not wait behind long jobs. */
type Lane = 'work' | 'signals';
const LANES: Lane[] = ['work', 'signals'];
const laneOf = (kind: string): Lane => (kind === 'job' ? 'work' : 'signals');
const SIGNAL_CONCURRENCY = 2;
/** Beyond this many pending sends the queue is considered stuck, and wakes are dropped. */
const MAX_IN_FLIGHT = 2_000;
const SEND_TIMEOUT_MS = 2_000;

type Connections = { queue: object; worker: () => object; isReady(): boolean; close(): Promise<void> };

/**
 * Carries wake-ups between processes: BullMQ on Redis (REDIS_URL), else on Postgres (DATABASE_URL_QUEUE). Sending never
 * throws and never waits: if the queue is not reachable, the wake is dropped and the sweeper picks the work up.
 */
export class WakeQueue {
  private readonly backend: ReturnType<typeof redisBackend> | ReturnType<typeof postgresBackend>;
  private readonly queues: Record<Lane, Queue>;
  private readonly handlers = new Map<string, (data: any) => Promise<void>>();
  private workers: Worker[] = [];
  private inFlight = 0;
  private readonly warn = throttled(10_000);

  constructor(
    config: Pick<Config, 'REDIS_URL' | 'DATABASE_URL_QUEUE'>,
    private readonly logger: Logger,
  ) {
    if (config.REDIS_URL) this.backend = redisBackend(config.REDIS_URL);
    else if (config.DATABASE_URL_QUEUE) this.backend = postgresBackend(config.DATABASE_URL_QUEUE);
    else
      throw new ConfigError(
        'a queue is required: give REDIS_URL, or DATABASE_URL_QUEUE for queues in Postgres',
      );
    this.queues = { work: this.open('work'), signals: this.open('signals') };
  }

  private open(lane: Lane): Queue {
    const queue = new this.backend.classes.Queue(lane, {
      connection: this.backend.connections.queue as never,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    }) as unknown as Queue;
    queue.on('error', (error) => this.outage(error));
    return queue;
  }

  /**
   * Waits until the queue is reachable, up to the timeout; the process works without it too.
   * @returns whether it is reachable
   */
  async connect(timeoutMs = SEND_TIMEOUT_MS): Promise<boolean> {
    return this.bounded(Promise.all(LANES.map((lane) => this.queues[lane].waitUntilReady())), timeoutMs);
  }

  /** Sends wakes in the background. */
  send(wakes: Wake[]): void {
    void this.trySend(wakes);
  }

  /** Sends wakes. @returns false when the queue could not be reached in time; never throws */
  async trySend(wakes: Wake[]): Promise<boolean> {
    if (wakes.length === 0) return true;
    if (!this.backend.connections.isReady() || this.inFlight > MAX_IN_FLIGHT) {
      this.outage(new Error('the queue is out of reach'));
      return false;
    }
    const sends = LANES.map(async (lane) => {
      const entries = wakes
        .filter(({ kind }) => laneOf(kind) === lane)
        .map(({ kind, id, data, delayMs }) => ({
          name: kind,
          data,
          opts: { jobId: id, ...(delayMs && delayMs > 0 ? { delay: Math.ceil(delayMs) } : {}) },
        }));
      if (entries.length > 0) await this.queues[lane].addBulk(entries);
    });
    return this.bounded(Promise.all(sends), SEND_TIMEOUT_MS);
  }

  /** Sets the handler for wakes of a kind in this process. Call it before {@link start}. */
  on<Data>(kind: string, handler: (data: Data) => Promise<void>): void {
    this.handlers.set(kind, handler);
  }

  /** Starts receiving wakes. @param concurrency how many jobs run at the same time */
  start(concurrency: number): void {
    this.workers = LANES.map((lane) =>
      this.receive(lane, lane === 'work' ? concurrency : SIGNAL_CONCURRENCY),
    );
  }

  private receive(lane: Lane, concurrency: number): Worker {
    const worker = new this.backend.classes.Worker(
      lane,
      async (job: { name: string; data: unknown }) => {
        // A wake that this process has no handler for (during a rolling upgrade) is left to the sweeper.
        await this.handlers.get(job.name)?.(job.data);
      },
      {
        connection: this.backend.connections.worker() as never,
        concurrency,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    ) as unknown as Worker;
    worker.on('error', (error) => this.outage(error));
    worker.on('failed', (_job, error) => this.logger.warn({ err: error }, 'a wake-up could not be answered'));
    return worker;
  }

  /** Creates or renews a recurring wake; the queue gives each slot to one process only. */
  async recur(name: string, kind: string, when: Recurrence): Promise<boolean> {
    if (!this.backend.connections.isReady()) return false;
    const repeat = 'cron' in when ? { pattern: when.cron, tz: when.tz } : { every: when.everyMs };
    const opts = { removeOnComplete: true, removeOnFail: true };
    const work = this.queues[laneOf(kind)].upsertJobScheduler(name, repeat, {
      name: kind,
      data: { schedule: name },
      opts,
    });
    return this.bounded(work, SEND_TIMEOUT_MS);
  }

  /** Stops receiving; waits for running handlers. */
  async stopReceiving(): Promise<void> {
    const workers = this.workers;
    this.workers = [];
    // Without a connection, BullMQ would wait for one forever.
    const isForced = !this.backend.connections.isReady();
    await this.bounded(Promise.all(workers.map((worker) => worker.close(isForced))), 15_000);
  }

  async close(): Promise<void> {
    await this.stopReceiving();
    await this.bounded(Promise.all(LANES.map((lane) => this.queues[lane].close())), SEND_TIMEOUT_MS);
    await this.backend.connections.close();
  }

  private async bounded(work: Promise<unknown>, ms: number): Promise<boolean> {
    this.inFlight++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
    });
    const settled = work.finally(() => this.inFlight--);
    try {
      await Promise.race([settled, late]);
      return true;
    } catch (error) {
      settled.catch(() => {});
      this.outage(error);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  private outage(error: unknown): void {
    this.warn(() => this.logger.warn({ err: error }, 'queue out of reach: work goes on by sweeps'));
  }
}

function redisBackend(url: string) {
  const opened: Redis[] = [];
  const open = (options: object) => {
    const redis = new Redis(url, {
      connectTimeout: 3_000,
      retryStrategy: (n) => Math.min(n * 100, 2_000),
      ...options,
    });
    // BullMQ's own events report the error; without a listener, it would end the process.
    redis.on('error', () => {});
    opened.push(redis);
    return redis;
  };
  const queue = open({ enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const connections: Connections = {
    queue,
    worker: () => open({ maxRetriesPerRequest: null }),
    isReady: () => queue.status === 'ready',
    close: async () => {
      for (const redis of opened) redis.disconnect();
    },
  };
  return { classes: withBackend(createRedisBackend), connections };
}

function postgresBackend(connectionString: string) {
  const options = () => ({
    connectionString,
    schema: 'bullmq',
    migrate: true,
    max: 4,
    keepAlive: true,
    Client: EnduringClient,
  });
  const connections: Connections = {
    queue: options(),
    worker: options,
    isReady: () => true,
    close: async () => {},
  };
  return { classes: withBackend(createPostgresBackend), connections };
}
