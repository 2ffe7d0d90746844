import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  newId,
  noteMerge,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
  takeMerges,
  type WriteBatch,
} from '@pellucid/platform/records';
import type { UnitOfWork } from '@pellucid/platform/db';
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

  private async follow(batch: WriteBatch): Promise<void> {
    const { operation, merge, uow } = batch;
    if (operation === 'restore' && batch.mode === 'undo') return this.bringBack(batch);
    if (operation !== 'delete' || !merge) return;
    const events: SecurityEvent[] = [];
    const moves: Move[] = [];
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
      const isKept = before !== undefined && higherShare(before, share) === before;
      moves.push({ removed: share, put: isKept ? null : moved, before: held ?? null });
      if (before && higherShare(before, share) === before) continue;
      await this.shares.put(uow, newId(), moved, share.createdById);
      events.push(told('shared', before, moved));
    }
    if (events.length) await uow.together(securityEventStatements(events));
    if (moves.length) await noteMerge(uow, merge, 'shares', { moves });
  }

  /** Undoes what merges did to shares, where it still is what they did. */
  private async bringBack({ descriptor, rows, uow }: WriteBatch): Promise<void> {
    const ids = rows.map(({ id }) => id);
    const events: SecurityEvent[] = [];
    for (const { content } of await takeMerges<{ moves: Move[] }>(uow, descriptor.key, ids, 'shares'))
      for (const { removed, put, before } of content.moves.toReversed()) {
        if (put) {
          const now = await this.shares.held(uow, put.object, put.record, put.grantee.id);
          const isSame = now?.access === put.access && (now?.until ?? null) === (put.until ?? null);
          if (now && isSame) {
            await this.shares.remove(uow, now.id);
            events.push(told('unshared', now, undefined));
            if (before) events.push(...(await this.putBack(uow, before)));
          }
        }
        events.push(...(await this.putBack(uow, removed)));
      }
    if (events.length) await uow.together(securityEventStatements(events));
  }

  /** Creates a share as it was, unless there is one by now. */
  private async putBack(uow: UnitOfWork, share: ShareRow): Promise<SecurityEvent[]> {
    if (await this.shares.held(uow, share.object, share.record, share.granteeId)) return [];
    await this.shares.insertAgain(uow, share);
    const { object, record, access, until, granteeKind: kind, granteeId: id } = share;
    return [told('shared', undefined, { object, record, access, until, grantee: { kind, id } })];
  }
}

/** What a merge did to a share: it went, and another one may have come in its place, instead of an earlier one. */
interface Move {
  removed: ShareRow;
  put: ShareInput | null;
  before: ShareRow | null;
}

function told(verb: string, before: ShareRow | undefined, after: ShareInput | undefined): SecurityEvent {
  const { object, record } = (after ?? before)!;
  return { verb, object, recordId: record, changes: shareChanges(before, after) };
}
