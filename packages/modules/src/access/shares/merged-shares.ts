import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  newId,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
  type WriteBatch,
} from '@pellucid/platform/records';
import { higherShare, isOver, shareChanges } from './share.rules.js';
import type { ShareInput, ShareRow } from './share.types.js';
import { SharesRepository } from './shares.repository.js';

/** Lets shares follow a merge: those of the record that goes, and those with it, if it is a person or a team. */
@Injectable()
export class MergedShares implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(SharesRepository) private readonly shares: SharesRepository,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'access.merged-shares',
      objects: '*',
      phase: 'effects',
      order: 900,
      run: (batch) => this.follow(batch),
    });
  }

  private async follow({ operation, merge, uow }: WriteBatch): Promise<void> {
    if (operation !== 'delete' || !merge) return;
    const events: SecurityEvent[] = [];
    for (const share of await this.shares.concerning(uow, merge.object, merge.from)) {
      const following = (object: string, id: string) =>
        object === merge.object && id === merge.from ? merge.into : id;
      const moved: ShareInput = {
        object: share.object,
        record: following(share.object, share.record),
        grantee: { kind: share.granteeKind, id: following(share.granteeKind, share.granteeId) },
        access: share.access,
        until: share.until,
      };
      const held = await this.shares.held(uow, moved.object, moved.record, moved.grantee.id);
      const before = held && !isOver(held) ? held : undefined;
      await this.shares.remove(uow, share.id);
      events.push(told('unshared', share, undefined));
      if (before && higherShare(before, share) === before) continue;
      await this.shares.put(uow, newId(), moved, share.createdById);
      events.push(told('shared', before, moved));
    }
    if (events.length) await uow.together(securityEventStatements(events));
  }
}

function told(verb: string, before: ShareRow | undefined, after: ShareInput | undefined): SecurityEvent {
  const { object, record } = (after ?? before)!;
  return { verb, object, recordId: record, changes: shareChanges(before, after) };
}
