import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { BulkJobEnds } from '@pellucid/platform/jobs';
import { jobCompletedKind, jobFailedKind } from '../kinds/job-kinds.js';
import { Notifier } from '../notifier.js';

/** Notifies people of the end of work that they started. It commits with the end. */
@Injectable()
export class JobEnds implements OnModuleInit {
  constructor(
    @Inject(BulkJobEnds) private readonly ends: BulkJobEnds,
    @Inject(Notifier) private readonly notifier: Notifier,
  ) {}

  onModuleInit(): void {
    this.ends.listen(async (uow, job) => {
      if (!job.startedBy) return;
      await this.notifier.add(uow, [
        {
          kind: job.status === 'completed' ? jobCompletedKind : jobFailedKind,
          memberId: job.startedBy,
          cause: job.id,
          object: null,
          recordId: job.id,
          eventId: job.id,
          actor: { kind: 'system', id: null },
          parameters: { job: job.kind, action: job.action, ...(job.object ? { of: job.object } : {}) },
          at: new Date(),
        },
      ]);
    });
  }
}
