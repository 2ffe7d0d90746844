import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { LogInFailuresRepository } from './log-in-failures.repository.js';

/**
 * Records failed log-ins of existing people. Requests do not wait for it, since their duration would reveal who exists.
 */
@Injectable()
export class LogInFailures implements BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(LogInFailuresRepository) private readonly repository: LogInFailuresRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Records a failed log-in in the background. Never throws. */
  note(identityId: string): void {
    const noted = this.repository
      .add(identityId)
      .catch((err) => this.logger.error({ err }, 'a failed log-in could not be noted'))
      .finally(() => this.running.delete(noted));
    this.running.add(noted);
  }

  /** Runs before the pools close. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }
}
