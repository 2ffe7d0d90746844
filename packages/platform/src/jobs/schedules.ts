import type { Logger } from '../observability/index.js';
import { Ticker } from './ticker.js';
import type { Recurrence, WakeQueue } from './wake-queue.js';

const REASSERT_MS = 30_000;

/**
 * What recurs for the whole platform. Each slot goes to one worker through the queue; a flushed queue gets its schedules
 * back within half a minute. While the queue is out of reach nothing fires, so handlers must not depend on each tick
 * (they delete what is older than …, make partitions ahead).
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
   * Calls the handler, in one of the workers, at each slot. Call it before the application has started.
   * @param name kebab-case; changing the recurrence of a name replaces it
   * @param when a period in ms, or a cron line with the IANA zone it is meant in
   */
  every(name: string, when: Recurrence, handler: () => Promise<void>): void {
    if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`"${name}" is no schedule name: write kebab-case`);
    if (this.schedules.has(name)) throw new Error(`two schedules are named "${name}": rename one`);
    this.schedules.set(name, { when, handler });
  }

  start(): void {
    this.wakes.on<{ schedule: string }>('schedule', async ({ schedule }) => this.fire(schedule));
    this.ticker.start();
  }

  async stop(): Promise<void> {
    await this.ticker.stop();
  }

  /** Runs a schedule's handler now. Errors are logged: the next slot is the retry. */
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
