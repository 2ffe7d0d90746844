import type { Logger } from '../observability/logger.js';

/** What one collector of {@link DelayedWrites} is told and asked. */
export interface DelayedWrite {
  /** Something was collected: it is written once the delay has passed, with what comes until then. */
  due(): void;
  /** Writes what was collected up to now. */
  flush(): Promise<void>;
}

/**
 * Writes that are taken off a request's path: collected in memory, written together a little later. A process that is
 * killed loses at most the delay's worth; one that ends in order loses nothing, since the last of them are written
 * before the database's connections are closed.
 */
export class DelayedWrites {
  private readonly all: DelayedWrite[] = [];

  constructor(private readonly logger: Logger) {}

  /**
   * Adds a collector.
   * @param name of the collected, for the log
   * @param delayMs how long something may wait, in milliseconds
   * @param write takes all that was collected and writes it; what it throws is logged and it is called again after the
   *   delay, so it puts back what it could not write before it throws. Never called twice at a time.
   */
  add(name: string, delayMs: number, write: () => Promise<void>): DelayedWrite {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();
    const due = () => {
      timer ??= setTimeout(() => void flush(), delayMs).unref();
    };
    const attempt = async () => {
      clearTimeout(timer);
      timer = undefined;
      try {
        await write();
      } catch (err) {
        this.logger.warn({ err, delayed: name }, 'what was collected could not be written: kept for later');
        due();
      }
    };
    const flush = () => {
      running = running.then(attempt);
      return running;
    };
    const delayed = { due, flush };
    this.all.push(delayed);
    return delayed;
  }

  /** Writes all that was collected up to now, of every collector. */
  async flush(): Promise<void> {
    await Promise.all(this.all.map((delayed) => delayed.flush()));
  }
}
