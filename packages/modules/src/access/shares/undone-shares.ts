import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type KeptReason,
  newId,
  RecordReader,
  RecordUndo,
  type SecurityEvent,
  securityEventStatements,
  type ShareTerms,
  type UndoneShare,
  type UndoneSharing,
  type UndoOutcome,
} from '@pellucid/platform/records';
import { notTheirsToShare } from '../access.errors.js';
import { ShareLimits } from './share-limits.js';
import { isOver, shareChanges } from './share.rules.js';
import type { ShareRow } from './share.types.js';
import { SharesRepository } from './shares.repository.js';

/** A share that goes back, and how it is now. */
interface GoingBack extends Pick<UndoneShare, 'record' | 'grantee'> {
  now: ShareRow | undefined;
  to: ShareTerms | null;
}

/** Takes back what causes did to shares, under the rights with which the caller shares records. */
@Injectable()
export class UndoneShares implements UndoneSharing, OnModuleInit {
  constructor(
    @Inject(RecordUndo) private readonly undo: RecordUndo,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(ShareLimits) private readonly limits: ShareLimits,
    @Inject(SharesRepository) private readonly shares: SharesRepository,
  ) {}

  onModuleInit(): void {
    this.undo.sharing = this;
  }

  async takeBack(
    uow: UnitOfWork,
    object: string,
    shares: UndoneShare[],
    writes: boolean,
  ): Promise<UndoOutcome[]> {
    const context = await this.reader.contextFor(object);
    const records = [...new Set(shares.map(({ record }) => record))];
    const { visible, own } = await this.limits.of(uow, context, records);
    const seen = shares.filter(({ record }) => visible.has(record));
    const held = await this.shares.heldBy(
      uow,
      object,
      seen.map(({ record, grantee }) => ({ record, granteeId: grantee.id })),
    );
    const label = context.descriptor.label.toLowerCase();
    const outcomes: UndoOutcome[] = [];
    const keep = (id: string, reason: KeptReason) =>
      outcomes.push({ object, id, did: 'kept', kept: [reason] });
    const back: GoingBack[] = [];
    for (const { record, grantee, decide } of seen) {
      const row = held.get(`${record} ${grantee.id}`);
      const now = row && !isOver(row) ? row : undefined;
      const decision = decide(now ?? null);
      if (decision.is === 'nothing') continue;
      if (decision.is === 'conflict') {
        const message = `With whom this ${label} is shared was changed since, so it stays as it is.`;
        keep(record, { code: 'changedSince', message });
        continue;
      }
      // A share that would have ended by now is not made again.
      const to = decision.to && !hasPassed(decision.to) ? decision.to : null;
      if (!to && !now) continue;
      const { code, detail } = notTheirsToShare(to?.access ?? 'read');
      if (!own.has(record)) keep(record, { code, message: detail ?? '' });
      else if (to && !(await this.shares.isThere(uow, grantee)))
        keep(record, {
          code: 'unknownGrantee',
          message: `The person or team that this ${label} was shared with is no longer there.`,
        });
      else back.push({ record, grantee, now, to });
    }
    if (writes) await this.write(uow, object, back);
    return [
      ...outcomes,
      ...back.map(({ record }): UndoOutcome => ({ object, id: record, did: 'changed', kept: [] })),
    ];
  }

  private async write(uow: UnitOfWork, object: string, back: GoingBack[]): Promise<void> {
    if (!back.length) return;
    const ended = back.flatMap(({ now, to }) => (now && !to ? [now.id] : []));
    if (ended.length) await this.shares.removeAll(uow, ended);
    const alike = Map.groupBy(
      back.filter(({ to }) => to),
      ({ grantee, to }) => JSON.stringify([grantee.id, to!.access, to!.until]),
    );
    for (const some of alike.values()) {
      const { grantee, to } = some[0]!;
      await this.shares.putAll(
        uow,
        some.map(({ record }) => ({ id: newId(), record })),
        { object, grantee, ...to! },
        currentContext().memberId,
      );
    }
    const events = back.map(
      ({ record, grantee, now, to }): SecurityEvent => ({
        verb: to ? 'shared' : 'unshared',
        object,
        recordId: record,
        changes: shareChanges(now, to ? { object, record, grantee, ...to } : undefined),
      }),
    );
    await uow.together(securityEventStatements(events));
  }
}

const hasPassed = ({ until }: ShareTerms) => until !== null && Date.parse(until) <= Date.now();
