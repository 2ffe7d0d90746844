import { Inject, Injectable } from '@nestjs/common';
import { newContext, runInContext } from '@pellucid/platform/context';
import {
  type DelayedWrite,
  DelayedWrites,
  UnitOfWorkFactory,
  UnknownTenantError,
} from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { ApiKeysRepository, type UsageDelta } from './api-keys.repository.js';

/** Interval for saving counts: a process that dies loses at most this much. */
export const FLUSH_MS = 5_000;

/** Counts the use of keys in memory and saves the sums periodically, so that requests need no statement. */
@Injectable()
export class KeyUsage {
  /** Counts not saved yet, by tenant, then by key and day. */
  private counts = new Map<string, Map<string, UsageDelta>>();
  private readonly delayed: DelayedWrite;

  constructor(
    @Inject(ApiKeysRepository) private readonly repository: ApiKeysRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(DelayedWrites) delayedWrites: DelayedWrites,
  ) {
    this.delayed = delayedWrites.add('use of API keys', FLUSH_MS, () => this.write());
  }

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
    this.delayed.due();
  }

  /** Saves the counts so far. What cannot be saved is kept for the next time. */
  flush(): Promise<void> {
    return this.delayed.flush();
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

  private async write(): Promise<void> {
    const { counts } = this;
    this.counts = new Map();
    const failures: unknown[] = [];
    for (const [tenantId, keys] of counts) {
      const deltas = [...keys.values()];
      const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
      try {
        await runInContext(context, () => this.work.run((uow) => this.repository.addUsage(uow, deltas)));
      } catch (err) {
        if (err instanceof UnknownTenantError) continue;
        failures.push(err);
        for (const delta of deltas) this.add(tenantId, delta);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
