import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { describeError } from './error-description.js';
import type { Logger } from './logger.js';

/**
 * One answered HTTP request. `route` is the template (`/accounts/:id`), never the path, because there are unlimited
 * paths.
 */
export interface ObservedRequest {
  method: string;
  route: string;
  status: number;
  seconds: number;
  /** Number of round trips to the database, from the work context. */
  roundTrips?: number;
}

/** A gauge whose values are read at each scrape. */
export interface CollectedGauge<Label extends string> {
  name: string;
  help: string;
  labels?: readonly Label[];
  /** Returns all current values; label sets that are not returned disappear. */
  read(): Promise<GaugeValue<Label>[]> | GaugeValue<Label>[];
}

/** One value of a gauge with its labels. */
export interface GaugeValue<Label extends string> {
  value: number;
  labels?: Record<Label, string>;
}

/** The counters of a pg pool. */
interface CountedPool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

const READ_TIMEOUT_MS = 3_000;

/** The metrics of this process, in Prometheus' text format. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  private readonly roundTrips = new Histogram({
    name: 'pellucid_db_round_trips',
    help: 'Round trips to the database per HTTP request',
    labelNames: ['method', 'route'] as const,
    buckets: [0, 1, 2, 3, 5, 8, 13, 30],
    registers: [this.registry],
  });

  constructor(private readonly logger: Logger) {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts an answered request, its duration and its round trips. */
  observeRequest(request: ObservedRequest): void {
    const { method, route, status, seconds, roundTrips } = request;
    this.requests.observe({ method, route, status: String(status) }, seconds);
    if (roundTrips !== undefined) this.roundTrips.observe({ method, route }, roundTrips);
  }

  /**
   * Exports a pool's connections by state. `waiting` above zero means that the pool is too small or the database too
   * slow.
   */
  watchPool(name: string, pool: CountedPool): void {
    this.pools.set(name, pool);
    if (this.pools.size > 1) return;
    this.gauge({
      name: 'pellucid_db_pool_connections',
      help: 'Connections of a database pool; waiting counts callers without one',
      labels: ['pool', 'state'],
      read: () =>
        [...this.pools].flatMap(([poolName, { totalCount, idleCount, waitingCount }]) => [
          { labels: { pool: poolName, state: 'total' }, value: totalCount },
          { labels: { pool: poolName, state: 'idle' }, value: idleCount },
          { labels: { pool: poolName, state: 'waiting' }, value: waitingCount },
        ]),
    });
  }
  private readonly pools = new Map<string, CountedPool>();

  /** Adds a gauge. If it cannot be read, it is left out and logged; the others are still served. */
  gauge<Label extends string>(given: CollectedGauge<Label>): void {
    const { logger } = this;
    const gauge = new Gauge({
      name: given.name,
      help: given.help,
      labelNames: given.labels ?? [],
      registers: [this.registry],
      async collect() {
        this.reset();
        try {
          const values = await within(Promise.resolve(given.read()), READ_TIMEOUT_MS);
          for (const { labels, value } of values) this.set((labels ?? {}) as Record<Label, string>, value);
        } catch (error) {
          // Zero would be a value.
          if (!given.labels) this.remove();
          logger.warn({ metric: given.name, err: describeError(error) }, 'a metric could not be read');
        }
      },
    });
    void gauge;
  }

  /** Adds a counter. */
  counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  /** Adds a histogram of seconds. */
  seconds<Label extends string>(name: string, help: string, labels: readonly Label[]): Histogram<Label> {
    return new Histogram({
      name,
      help,
      labelNames: labels,
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300, 1800],
      registers: [this.registry],
    });
  }

  /** Returns the response of `GET /metrics`. */
  async payload(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
