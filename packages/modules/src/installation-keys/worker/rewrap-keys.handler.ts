import { Inject } from '@nestjs/common';
import { MasterKeys } from '@pellucid/platform/crypto';
import {
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
  PermanentError,
} from '@pellucid/platform/jobs';
import { rewrapKeysJob } from '../jobs/rewrap-keys.job.js';
import { WrappedKeysRepository } from '../wrapped-keys.repository.js';
import { SHARED_PLACES, TENANT_PLACES } from '../wrapped-places.js';

/** Rewraps everything under an earlier master key, a batch at a time. */
@JobHandler(rewrapKeysJob)
export class RewrapKeysHandler implements JobHandling<typeof rewrapKeysJob> {
  constructor(
    @Inject(WrappedKeysRepository) private readonly wrapped: WrappedKeysRepository,
    @Inject(MasterKeys) private readonly keys: MasterKeys,
  ) {}

  async handle(_payload: JobPayload<typeof rewrapKeysJob>, run: JobRun): Promise<void> {
    const lost: string[] = [];
    for (const place of [...SHARED_PLACES, ...TENANT_PLACES]) {
      let count = 0;
      for (let after: string[] | null = null; ; ) {
        await run.checkpoint();
        const step = await this.wrapped.rewrap(place, { tenantId: run.tenantId, after });
        count += step.lost;
        if (!step.next) break;
        after = step.next;
      }
      if (count) lost.push(`${count} ${place.kind}`);
    }
    if (lost.length)
      throw new PermanentError(
        `No master key of this process (${this.keys.ids.join(', ')}) opens ${lost.join(', ')}: npm run keys:check says more`,
      );
  }
}
