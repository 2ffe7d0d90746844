import { Inject } from '@nestjs/common';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { RecordService } from '@pellucid/platform/records';
import { TokenVault } from '../token-vault.js';
import { resealTokensJob } from './reseal-tokens.job.js';

/** Processes the vault until nothing in it uses an old key. */
@JobHandler(resealTokensJob)
export class ResealTokensHandler implements JobHandling<typeof resealTokensJob> {
  constructor(
    @Inject(TokenVault) private readonly vault: TokenVault,
    @Inject(RecordService) private readonly records: RecordService,
  ) {}

  async handle(_payload: JobPayload<typeof resealTokensJob>, run: JobRun): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      run.signal.throwIfAborted();
      const { body } = await this.records.unit(undefined, async (uow) => {
        await run.guard(uow);
        return { status: 200, body: await this.vault.reseal(uow) };
      });
      hasMore = body;
    }
  }
}
