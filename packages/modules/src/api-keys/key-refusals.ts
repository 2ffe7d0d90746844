import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import { currentContext, newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { securityEventStatements } from '@pellucid/platform/records';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Refusals of the same key are logged once in this time. */
const ONCE_IN_MS = 60_000;
/** Maximum number of keys remembered, so that a flood cannot fill the memory. */
const MAX_KEYS = 10_000;

/** Adds refused keys to the company's log, in the background and at most once per key and minute. */
@Injectable()
export class KeyRefusals implements OnApplicationShutdown {
  /** When this process last logged a key. The database knows what other replicas logged. */
  private readonly told = new LruMap<string, number>(MAX_KEYS);
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(ApiKeysRepository) private readonly repository: ApiKeysRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Logs that a key was refused. Returns at once and never throws.
   * @param isProved whether the secret was right; otherwise the caller is unknown
   */
  note(key: { tenantId: string; keyId: string }, reason: string, isProved: boolean): void {
    const now = Date.now();
    if (now - (this.told.get(key.keyId) ?? 0) < ONCE_IN_MS) return;
    this.told.set(key.keyId, now);
    const { correlationId, origin } = currentContext();
    const context = newContext({
      correlationId,
      origin,
      tenantId: key.tenantId,
      actor: isProved ? { kind: 'apiKey', id: key.keyId } : { kind: 'system', id: null },
    });
    const done = runInContext(context, () => this.write(key, reason, new Date(now)))
      .catch((err) =>
        this.logger.error({ err, apiKeyId: key.keyId }, 'a refused API key could not be recorded'),
      )
      .finally(() => this.running.delete(done));
    this.running.add(done);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private async write(
    { tenantId, keyId }: { tenantId: string; keyId: string },
    reason: string,
    now: Date,
  ): Promise<void> {
    const since = new Date(now.getTime() - ONCE_IN_MS);
    await this.work.run(
      async (uow, [lock, recent]) => {
        if (!lock![0].locked || recent!.length > 0) return;
        await uow.together(
          securityEventStatements(
            [
              {
                verb: 'apiKeyRefused',
                object: 'apiKey',
                recordId: keyId,
                changes: { reason: { after: reason } },
              },
            ],
            now,
          ),
        );
      },
      this.repository.recentRefusal(tenantId, keyId, since),
    );
  }
}
