import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory, UnknownTenantError } from '@pellucid/platform/db';
import { LOGGER, type Logger } from '@pellucid/platform/observability';
import { newId } from '@pellucid/platform/records';
import { ApiKeysRepository, type UsageDelta } from './api-keys.repository.js';

/** What is counted is written down so often: a process that dies loses at most this much. */
export const FLUSH_MS = 5_000;

/** Counts the use of keys in memory and writes the sums down from time to time: a request costs no statement. */
@Injectable()
export class KeyUsage implements OnApplicationShutdown {
  /** Not yet written, by tenant, then by key and day. */
  private counts = new Map<string, Map<string, UsageDelta>>();
  private flushing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ApiKeysRepository) private readonly repository: ApiKeysRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Counts one answered request. @param isFailure whether the answer was a 4xx or 5xx */
  count(key: { tenantId: string; keyId: string }, isFailure: boolean, now = new Date()): void {
    const at = now.toISOString();
    this.add(key.tenantId, {
      apiKeyId: key.keyId,
      day: at.slice(0, 10),
      requests: 1,
      failures: isFailure ? 1 : 0,
      lastUsedAt: at,
    });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes down what was counted up to now. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    await this.flushing;
    clearTimeout(this.timer);
    this.timer = undefined;
    const counts = this.counts;
    this.counts = new Map();
    this.flushing = this.write(counts);
    await this.flushing;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  private add(tenantId: string, delta: UsageDelta): void {
    let keys = this.counts.get(tenantId);
    if (!keys) {
      keys = new Map();
      this.counts.set(tenantId, keys);
    }
    const id = `${delta.apiKeyId} ${delta.day}`;
    const known = keys.get(id);
    if (!known) keys.set(id, delta);
    else {
      known.requests += delta.requests;
      known.failures += delta.failures;
      if (delta.lastUsedAt > known.lastUsedAt) known.lastUsedAt = delta.lastUsedAt;
    }
  }

  private async write(counts: Map<string, Map<string, UsageDelta>>): Promise<void> {
    for (const [tenantId, keys] of counts) {
      const deltas = [...keys.values()];
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      try {
        await runInContext(context, () => this.work.run((uow) => this.repository.addUsage(uow, deltas)));
      } catch (err) {
        if (err instanceof UnknownTenantError) continue;
        this.logger.warn({ err, tenantId }, 'the use of API keys could not be written down: kept for later');
        for (const delta of deltas) this.add(tenantId, delta);
        this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
      }
    }
  }
}
