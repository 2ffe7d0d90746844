import { Inject, Injectable } from '@nestjs/common';
import { type IdempotencyRequest, type PresentedRecord, RecordService } from '@pellucid/platform/records';

/** Assigns leads that exist. */
@Injectable()
export class AssignmentService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /** Lets the rules choose the lead's owner. @throws ProblemError 404, 409 if no rule gives it to anyone, 412 */
  async assign(
    id: string,
    { ifMatch, idempotency }: { ifMatch?: number | undefined; idempotency?: IdempotencyRequest | undefined },
  ): Promise<PresentedRecord> {
    const done = this.records.update(
      'lead',
      [{ id, changes: {}, ...(ifMatch === undefined ? {} : { ifMatch }) }],
      {
        action: 'assign',
        asksRules: true,
        strictVersion: true,
        present: true,
        ...(idempotency ? { idempotency } : {}),
      },
    );
    return (await this.records.one(done, 'lead')).record;
  }
}
