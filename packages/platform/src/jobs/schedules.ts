import type { Logger } from '../observability/index.js';
import { Ticker } from './ticker.js';
import type { Recurrence, WakeQueue } from './wake-queue.js';

const REASSERT_MS = 30_000;

/**
 * Recurring work for the whole platform. The queue gives each slot to one worker; a flushed queue gets its schedules
 * back within half a minute. While the queue is not reachable nothing runs, so handlers must not depend on every tick
 * (they delete what is older than …, or create partitions ahead).
 */
export class Schedules {
  private readonly schedules = new Map<string, { when: Recurrence; handler: () => Promise<void> }>();
  private readonly ticker: Ticker;

  constructor(
    private readonly wakes: WakeQueue,
    private readonly logger: Logger,
  ) {
    this.ticker = new Ticker('schedules', REASSERT_MS, () => this.assertAll(), logger);
  }

  /**
   * Calls the handler in one of the workers at each slot. Call it before the application starts.
   * @param name kebab-case; a new recurrence for a name replaces the old one
   * @param when a period in ms, or a cron expression with its IANA time zone
   */
  every(name: string, when: Recurrence, handler: () => Promise<void>): void {
    if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`"${name}" is no schedule name: write kebab-case`);
    if (this.schedules.has(name)) throw new Error(`two schedules are named "${name}": rename one`);
    this.schedules.set(name, { when, handler });
  }

  /** Starts receiving slots, and keeps their schedules in the queue. */
  start(): void {
    this.wakes.on<{ schedule: string }>('schedule', async ({ schedule }) => this.fire(schedule));
    this.ticker.start();
  }

  async stop(): Promise<void> {
    await this.ticker.stop();
  }

  /** Runs a schedule's handler now. Errors are logged; the next slot is the retry. */
  async fire(name: string): Promise<void> {
    const schedule = this.schedules.get(name);
    if (!schedule) return;
    try {
      await schedule.handler();
      this.logger.debug({ schedule: name }, 'schedule ran');
    } catch (error) {
      this.logger.error({ err: error, schedule: name }, 'a scheduled task failed');
    }
  }

  private async assertAll(): Promise<void> {
    for (const [name, { when }] of this.schedules) await this.wakes.recur(name, 'schedule', when);
  }
}
