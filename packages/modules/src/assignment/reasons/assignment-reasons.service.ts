import { Inject, Injectable } from '@nestjs/common';
import { ReaderSight } from '@pellucid/modules/notifications';
import { RecordService } from '@pellucid/platform/records';
import { AssignmentReasonsRepository, type ReasonDetails } from './assignment-reasons.repository.js';

/** Why a lead was assigned, as far as a reader may know it. */
export interface ShownReason
  extends Pick<ReasonDetails, 'rule' | 'condition' | 'territory' | 'target' | 'method' | 'earlier'> {
  at: string;
  owner: { id: string; name: string | null };
  /** Whether the lead still belongs to them. */
  isCurrent: boolean;
  /** Values of the lead that the condition asked, as they were. */
  values: Record<string, unknown>;
  passed: { member: { id: string; name: string }; reason: 'inactive' | 'limit' }[];
}

/** Explains to a reader why leads were assigned. */
@Injectable()
export class AssignmentReasonsService {
  constructor(
    @Inject(AssignmentReasonsRepository) private readonly reasons: AssignmentReasonsRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(ReaderSight) private readonly sight: ReaderSight,
  ) {}

  /**
   * Returns why a lead was assigned last. Which rule decided tells what the fields contained that rules asked, so readers learn
   * it only if they see all of these in clear.
   * @returns null if no rule assigned it, or the reader sees less
   * @throws ProblemError 404
   */
  async of(leadId: string): Promise<ShownReason | null> {
    const lead = await this.records.reader.get('lead', leadId);
    const stored = await this.reasons.last(leadId);
    if (!stored) return null;
    const { at, ownerId, recordVersion, details } = stored;
    const { fields, passed, ...told } = details;
    const sees = (await this.sight.seen('lead', [leadId])).get(leadId);
    // Fields that the object no longer has don't matter.
    if (!sees || [...fields, 'owner'].some((key) => sees(key) === false)) return null;
    const names = await this.records.reader.visibleNames('member', [
      ownerId,
      ...passed.map(({ member }) => member),
    ]);
    const then = await this.records.asOf.get('lead', leadId, { version: recordVersion });
    const { owner } = lead as { owner?: { id?: string } | string | null };
    return {
      ...told,
      at,
      owner: { id: ownerId, name: names.get(ownerId) ?? null },
      isCurrent: (typeof owner === 'string' ? owner : owner?.id) === ownerId,
      values: Object.fromEntries(fields.map((key) => [key, valueIn(then, key)])),
      passed: passed.flatMap(({ member, reason }) => {
        const name = names.get(member);
        return name === undefined ? [] : [{ member: { id: member, name }, reason }];
      }),
    };
  }
}

/** Returns the value of a field in a presented record. @param key `industry`, `custom.size` */
function valueIn(record: Record<string, unknown>, key: string): unknown {
  const value = key
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | null | undefined)?.[part], record);
  return value ?? null;
}
