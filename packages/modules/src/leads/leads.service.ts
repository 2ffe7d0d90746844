import { Inject, Injectable } from '@nestjs/common';
import { type IdempotencyRequest, type PresentedRecord, RecordService } from '@pellucid/platform/records';

/** Actions on leads other than changing fields and converting. */
@Injectable()
export class LeadsService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /** Disqualifies a lead. @throws ProblemError 404, 409 when it is already converted or disqualified, 412 */
  disqualify(id: string, reason: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.write(
      id,
      { status: 'Disqualified', disqualifyReason: reason },
      'disqualified',
      'disqualify',
      request,
    );
  }

  /** Reopens a disqualified lead. @throws ProblemError 404, 409 when it is converted or open, 412 */
  reopen(id: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.write(id, { status: 'Working' }, 'reopened', 'reopen', request);
  }

  private async write(
    id: string,
    changes: Record<string, unknown>,
    verb: string,
    action: string,
    request: VerbRequest,
  ): Promise<PresentedRecord> {
    const done = this.records.update(
      'lead',
      [{ id, changes, ...(request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch }) }],
      {
        verb,
        action,
        strictVersion: true,
        present: true,
        ...(request.idempotency ? { idempotency: request.idempotency } : {}),
      },
    );
    return (await this.records.one(done, 'lead')).record;
  }
}

/** The parameters of a verb besides the lead's id. */
export interface VerbRequest {
  ifMatch?: number | undefined;
  idempotency?: IdempotencyRequest | undefined;
}
