import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@pellucid/platform/observability';
import { SealsRepository } from './seals.repository.js';

/** Metrics that show missing seals. The API also serves them, so that they are visible when no worker runs. */
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
