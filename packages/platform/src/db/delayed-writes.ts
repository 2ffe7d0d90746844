import type { Logger } from '../observability/logger.js';

/** The interface of one collector of {@link DelayedWrites}. */
export interface DelayedWrite {
  /** Reports that something was collected. It is written after the delay, together with what arrives until then. */
  due(): void;
  /** Writes what has been collected so far. */
  flush(): Promise<void>;
}

/**
 * Writes that do not delay a request: they are collected in memory and written together a little later. A process that
 * is killed loses at most the writes of one delay. An orderly shutdown loses nothing, because the last writes finish
 * before the database connections close.
 */
export class DelayedWrites {
  private readonly all: DelayedWrite[] = [];

  constructor(private readonly logger: Logger) {}

  /**
   * Adds a collector.
   * @param name what is collected, for the log
   * @param delayMs maximum delay of a write, in milliseconds
   * @param write writes everything collected. If it throws, the error is logged and it is called again after the delay,
   *   so it must put back what it could not write. Calls never overlap.
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

  /** Writes what every collector has collected so far. */
  async flush(): Promise<void> {
    await Promise.all(this.all.map((delayed) => delayed.flush()));
  }
}
