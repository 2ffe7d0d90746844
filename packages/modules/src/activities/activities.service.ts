import { Inject, Injectable } from '@nestjs/common';
import { type IdempotencyRequest, type PresentedRecord, RecordService } from '@pellucid/platform/records';
import type { ActivityKind } from './activity-fields.js';

/** The parameters of a verb besides the activity's id. */
export interface VerbRequest {
  ifMatch?: number | undefined;
  idempotency?: IdempotencyRequest | undefined;
}

/** The status that a reopened activity has. */
const OPEN = { task: 'Open', call: 'Planned', meeting: 'Planned' } as const;

/** A kind of activity that is planned first and done later. */
export type PlannedKind = keyof typeof OPEN & ActivityKind;

/** Actions on tasks, calls and meetings other than changing fields. */
@Injectable()
export class ActivitiesService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /** Marks an activity as done. @throws ProblemError 404, 409 when it is done already, 412 */
  complete(
    kind: PlannedKind,
    id: string,
    { outcome }: { outcome?: string | null | undefined },
    request: VerbRequest = {},
  ): Promise<PresentedRecord> {
    const changes = { status: 'Done', ...(outcome === undefined ? {} : { outcome }) };
    return this.write(kind, id, changes, 'completed', 'complete', request);
  }

  /** Opens an activity again that was done or cancelled. @throws ProblemError 404, 409 when it is open, 412 */
  reopen(kind: PlannedKind, id: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.write(kind, id, { status: OPEN[kind] }, 'reopened', 'reopen', request);
  }

  private async write(
    kind: PlannedKind,
    id: string,
    changes: Record<string, unknown>,
    verb: string,
    action: string,
    { ifMatch, idempotency }: VerbRequest,
  ): Promise<PresentedRecord> {
    const done = this.records.update(kind, [{ id, changes, ...(ifMatch === undefined ? {} : { ifMatch }) }], {
      verb,
      action,
      strictVersion: true,
      present: true,
      ...(idempotency ? { idempotency } : {}),
    });
    return (await this.records.one(done, kind)).record;
  }
}
