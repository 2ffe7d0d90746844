import { Inject } from '@nestjs/common';
import { TransactionWatch } from '@pellucid/platform/db';
import {
  JobBatches,
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
} from '@pellucid/platform/jobs';
import { RecordService } from '@pellucid/platform/records';
import { composeNames, dealsNamedAfter, type NamedDeal } from '../composed-names.js';
import { followNamesJob } from './follow-names.job.js';

const BATCH = 200;

/** Composes names from what accounts and products are called when a deal's turn comes, so the last name wins. */
@JobHandler(followNamesJob)
export class FollowNamesHandler implements JobHandling<typeof followNamesJob> {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(TransactionWatch) private readonly transactions: TransactionWatch,
    @Inject(JobBatches) private readonly batches: JobBatches,
  ) {}

  async handle({ object, ids }: JobPayload<typeof followNamesJob>, run: JobRun): Promise<void> {
    await this.batches.run<string | null>(run, {
      start: null,
      before: async (after) => {
        // Deals that are being created may still be named after the earlier name.
        if (after === null) await this.transactions.waitForRunning(() => run.checkpoint());
      },
      batch: async (uow, after) => {
        const deals = await uow.run<NamedDeal>(dealsNamedAfter(object, ids, after, BATCH));
        await composeNames(this.records, uow, deals);
        return deals.length === BATCH ? { next: deals.at(-1)!.id } : { done: true };
      },
    });
  }
}
