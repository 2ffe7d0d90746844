import { isOutage } from './job-error.js';
import type { Logger } from '../observability/index.js';

/** Calls a function repeatedly, without overlap, with jitter so that processes do not tick in step. */
export class Ticker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopped = true;

  constructor(
    private readonly name: string,
    private readonly periodMs: number,
    private readonly tick: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.isStopped = false;
    this.schedule(0);
  }

  /** Stops ticking and waits for a running call. */
  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.tick()
        .catch((error) => {
          const level = isOutage(error) ? 'warn' : 'error';
          this.logger[level](
            { err: error, ticker: this.name },
            'a periodic task failed and will be tried again',
          );
        })
        .finally(() => this.schedule(this.periodMs * (0.8 + Math.random() * 0.4)));
    }, delayMs);
  }
}
