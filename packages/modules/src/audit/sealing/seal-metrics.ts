import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@pellucid/platform/observability';
import { SealsRepository } from './seals.repository.js';

/** What tells that seals are missing. The API serves it too, so that it is seen when no worker runs. */
@Injectable()
export class SealMetrics {
  constructor(
    @Inject(Metrics) metrics: Pick<Metrics, 'gauge'>,
    @Inject(SealsRepository) repository: SealsRepository,
  ) {
    metrics.gauge({
      name: 'pellucid_seals_oldest_unsealed_seconds',
      help: 'Age of the oldest event that is not sealed yet, over all tenants; above some minutes no seals are made',
      read: async () => [{ value: await repository.oldestUnsealedSeconds() }],
    });
  }
}
