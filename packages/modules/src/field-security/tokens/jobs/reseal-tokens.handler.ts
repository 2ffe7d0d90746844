import { Inject } from '@nestjs/common';
import {
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { TokenVault } from '../token-vault.js';
import { resealTokensJob } from './reseal-tokens.job.js';

/** Processes the vault until nothing in it uses an old key. */
@JobHandler(resealTokensJob)
export class ResealTokensHandler implements JobHandling<typeof resealTokensJob> {
  constructor(
    @Inject(TokenVault) private readonly vault: TokenVault,
    @Inject(JobBatches) private readonly batches: JobBatches,
  ) {}

  async handle(_payload: JobPayload<typeof resealTokensJob>, run: JobRun): Promise<void> {
    await this.batches.run<null>(run, {
      start: null,
      batch: async (uow) => ((await this.vault.reseal(uow)) ? { next: null } : { done: true }),
    });
  }
}
