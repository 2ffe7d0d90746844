import { isOutage, Ticker, type WakeQueue } from '../jobs/index.js';
import type { PlatformPool } from '../db/index.js';
import type { Logger } from '../observability/index.js';
import { type Consumer, type ConsumerRegistry, isSelective, wants } from './consumer.js';
import type { ConsumerRunner, TurnOutcome } from './consumer-runner.js';
import type { Placement } from './relay.js';
import { SkippedEvents } from './skipped-events.js';

interface Turn {
  tenantId: string;
  consumer: Consumer;
}

const BUSY_RETRY_MS = 100;
const OUTAGE_RETRY_MS = 1_000;
const SWEEP_LIMIT = 2_000;
/**
 * Sweeps after which a selective consumer takes a turn for events that nobody woke it for. Until then, the relay's
 * process may move its cursor past them.
 */
const SWEEPS_UNTIL_TURN = 2.5;

/** Milliseconds that a consumer rests after it has caught up: under load it handles several writes in one turn. */
const REST_MS = 100;

/**
 * How many times as long as its turn a consumer rests while a job of its tenant runs in this process. Work that somebody waits for comes
 * first; what follows from it, such as the search index, needs the rest of the time.
 */
const REST_BESIDE_JOBS = 3;

const BEHIND = `
select h.tenant_id as "tenantId", c.name
from feed_head h cross join unnest($1::text[], $2::boolean[]) as c(name, is_selective)
left join consumer_cursor cc on cc.tenant_id = h.tenant_id and cc.consumer = c.name
where coalesce(cc.position, 0) < h.position and (cc.retry_at is null or cc.retry_at <= now())
  and (cc.position is null or not c.is_selective
    or (select f.placed_at from feed f where f.tenant_id = h.tenant_id and f.position > cc.position
        order by f.position limit 1) < now() - $3 * interval '1 millisecond')
order by h.moved_at limit ${SWEEP_LIMIT}`;

/**
 * Decides which consumer of which tenant is next: first come, first served, one batch per turn, so that a tenant with a
 * long feed waits in the same line as all others. Turns come from the relay in this process, from other workers through
 * the queue, and from sweeps that compare cursors with heads.
 */
export class ConsumerScheduler {
  private readonly ready = new Map<string, Turn>();
  private readonly running = new Map<string, Promise<void>>();
  /** Woken again while running: the current turn may have missed the events that arrived since. */
  private readonly again = new Set<string>();
  /** Turns of consumers that rest, and whether they were woken meanwhile. */
  private readonly resting = new Map<string, { isWoken: boolean }>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly sweeper: Ticker;
  private readonly skipped: SkippedEvents;
  private isStopped = true;

  constructor(
    private readonly registry: ConsumerRegistry,
    private readonly runner: ConsumerRunner,
    private readonly platform: PlatformPool,
    private readonly wakes: WakeQueue,
    private readonly logger: Logger,
    private readonly options: {
      concurrency: number;
      sweepMs: number;
      restMs?: number;
      /** Whether a job of the tenant runs in this process. */
      isAtWork?: (tenantId: string) => boolean;
    },
  ) {
    this.skipped = new SkippedEvents(platform);
    this.sweeper = new Ticker('feed sweep', options.sweepMs, () => this.sweep(), logger);
  }

  /** Starts taking turns and sweeping. */
  start(): void {
    this.isStopped = false;
    this.wakes.on<{ tenantId: string; consumers: string[] }>('feed', async ({ tenantId, consumers }) =>
      this.wake(tenantId, consumers),
    );
    this.sweeper.start();
  }

  /** Starts no new turns and waits for the current ones. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.sweeper.stop();
    await Promise.all(this.running.values());
    // A cursor that is not moved costs another worker a turn.
    await this.skipped
      .moveCursors()
      .catch((error) => this.logger.warn({ err: error }, 'cursors were not moved past skipped events'));
  }

  /**
   * Schedules turns of the consumers that want what the relay has placed. Turns that this process cannot start at once
   * are offered to other workers too.
   */
  placed(placements: Placement[]): void {
    const woken = placements.map((placement) => ({
      tenantId: placement.tenantId,
      consumers: this.registry
        .all()
        .filter((consumer) => this.concerns(placement, consumer))
        .map(({ name }) => name),
    }));
    for (const { tenantId, consumers } of woken) this.wake(tenantId, consumers);
    if (this.ready.size <= this.options.concurrency) return;
    this.wakes.send(
      woken
        .filter(({ consumers }) => consumers.length > 0)
        .map((turns) => ({ kind: 'feed', id: `feed-${turns.tenantId}`, data: turns })),
    );
  }

  /** Queues a turn for each of the tenant's consumers that this process knows. */
  wake(tenantId: string, names: string[]): void {
    for (const consumer of names.flatMap((name) => this.registry.find(name) ?? []))
      this.enqueue({ tenantId, consumer });
    this.next();
  }

  /**
   * Moves cursors past skipped events, and finds those that are still behind their feeds' heads.
   * @throws when the database is not reachable
   */
  async sweep(): Promise<void> {
    const consumers = this.registry.all();
    if (consumers.length === 0) return;
    await this.skipped.moveCursors();
    const { rows } = await this.platform.query<{ tenantId: string; name: string }>(BEHIND, [
      consumers.map(({ name }) => name),
      consumers.map(isSelective),
      this.options.sweepMs * SWEEPS_UNTIL_TURN,
    ]);
    for (const { tenantId, name } of rows) this.enqueue({ tenantId, consumer: this.registry.find(name)! });
    this.next();
  }

  /** Whether the consumer has to take a turn for the placement. */
  private concerns(placement: Placement, consumer: Consumer): boolean {
    const isWanted = !isSelective(consumer) || placement.kinds.some((kind) => wants(consumer, kind));
    if (isWanted) this.skipped.forget(consumer.name, placement.tenantId);
    else this.skipped.skip(consumer.name, placement);
    return isWanted;
  }

  private enqueue(turn: Turn): void {
    const key = keyOf(turn);
    const rest = this.resting.get(key);
    if (rest) rest.isWoken = true;
    else if (this.running.has(key)) this.again.add(key);
    else if (!this.ready.has(key)) this.ready.set(key, turn);
  }

  private next(): void {
    while (!this.isStopped && this.running.size < this.options.concurrency) {
      const first = this.ready.entries().next();
      if (first.done) return;
      const [key, turn] = first.value;
      this.ready.delete(key);
      const began = performance.now();
      this.running.set(
        key,
        this.take(turn).then((outcome) => {
          this.running.delete(key);
          this.settle(key, turn, outcome, performance.now() - began);
          this.next();
        }),
      );
    }
  }

  private async take({ tenantId, consumer }: Turn): Promise<TurnOutcome> {
    try {
      return await this.runner.turn(tenantId, consumer);
    } catch (error) {
      const level = isOutage(error) ? 'warn' : 'error';
      this.logger[level](
        { err: error, tenantId, consumer: consumer.name },
        'a consumer could not get its turn',
      );
      return { is: 'retry', afterMs: OUTAGE_RETRY_MS };
    }
  }

  private settle(key: string, turn: Turn, outcome: TurnOutcome, tookMs: number): void {
    const wasWoken = this.again.delete(key);
    const besideJobs = this.options.isAtWork?.(turn.tenantId) ? tookMs * REST_BESIDE_JOBS : 0;
    const restMs = Math.max(outcome.is === 'more' ? 0 : (this.options.restMs ?? REST_MS), besideJobs);
    if (outcome.is === 'more' && !restMs) this.ready.set(key, turn);
    else if (outcome.is === 'more' || outcome.is === 'caughtUp')
      this.rest(key, turn, wasWoken || outcome.is === 'more', restMs);
    else if (outcome.is === 'busy') this.later(turn, BUSY_RETRY_MS);
    else if (outcome.is === 'retry') this.later(turn, outcome.afterMs + 5);
  }

  private rest(key: string, turn: Turn, wasWoken: boolean, ms: number): void {
    const rest = { isWoken: wasWoken };
    this.resting.set(key, rest);
    this.after(ms, () => {
      this.resting.delete(key);
      if (rest.isWoken) this.enqueue(turn);
    });
  }

  private later(turn: Turn, ms: number): void {
    this.after(ms, () => this.enqueue(turn));
  }

  private after(ms: number, schedule: () => void): void {
    if (this.isStopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      schedule();
      this.next();
    }, ms);
    this.timers.add(timer);
  }
}

function keyOf({ tenantId, consumer }: Turn): string {
  return `${tenantId}/${consumer.name}`;
}
