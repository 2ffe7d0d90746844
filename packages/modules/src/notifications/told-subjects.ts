import { Inject, Injectable } from '@nestjs/common';
import { isCauseSeen, type SightOf } from './follows/follow-sight.js';
import type { FollowReason, RecordRef } from './follows/follow.types.js';
import { NotificationKinds } from './notification-kinds.js';
import type { StoredNotification, Subject } from './notifications.repository.js';
import { type FieldSight, ReaderSight } from './reader-sight.js';

/** A record of which a notification tells its reader. */
export interface ToldSubject {
  recordId: string;
  /** Why they follow it, if they are told because they do: the oldest reason that they see. */
  reason: FollowReason | undefined;
}

/** Decides of which records notifications tell their reader, under the rights that they have now. */
@Injectable()
export class ToldSubjects {
  constructor(
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(ReaderSight) private readonly sight: ReaderSight,
  ) {}

  /** Returns a function that gives the records of which a notification tells the context's actor. */
  async of(rows: StoredNotification[]): Promise<(row: StoredNotification) => ToldSubject[]> {
    const sightOf = await this.sightsOf(rows.flatMap(recordsOf));
    return ({ object, kind, subjects }) => {
      if (object === null) return subjects.map(({ recordId }) => ({ recordId, reason: undefined }));
      return subjects.flatMap((subject) => {
        const { recordId, followed } = subject;
        if (!this.isTold({ object, recordId }, kind, sightOf) || !isSeen(subject, object, sightOf)) return [];
        if (subject.elsewhere?.some((other) => this.isTold(other, other.kind, sightOf))) return [];
        const cause = followed?.find((each) => isCauseSeen({ object, recordId }, each, sightOf));
        return followed && !cause ? [] : [{ recordId, reason: cause?.reason }];
      });
    };
  }

  /** Whether the reader sees a record, and what the kind tells about it. */
  private isTold(record: RecordRef, kind: string, sightOf: SightOf): boolean {
    const tells = this.kinds.find(kind)?.tells;
    const sight = sightOf(record);
    return tells !== undefined && sight !== undefined && !tells.some((key) => sight(key) === false);
  }

  /** Reads what the actor sees of records: two or three round trips for each of their objects. */
  private async sightsOf(records: RecordRef[]): Promise<SightOf> {
    const sights = new Map<string, Map<string, FieldSight>>();
    for (const [object, own] of Map.groupBy(records, (record) => record.object))
      sights.set(
        object,
        await this.sight.seen(
          object,
          own.map(({ recordId }) => recordId),
        ),
      );
    return ({ object, recordId }) => sights.get(object)?.get(recordId);
  }
}

/** All records by which it is decided what a notification tells. */
function recordsOf({ object, subjects }: StoredNotification): RecordRef[] {
  if (object === null) return [];
  return subjects.flatMap(({ recordId, viaObject, viaId, followed, elsewhere }) => [
    { object, recordId },
    ...(viaObject && viaId ? [{ object: viaObject, recordId: viaId }] : []),
    ...(followed ?? []).map(({ via }) => via),
    ...(elsewhere ?? []),
  ]);
}

/** Whether the reader sees one of the changed fields, and what was added. */
function isSeen({ recordId, fields, viaObject, viaId }: Subject, object: string, sightOf: SightOf): boolean {
  const sight = sightOf({ object, recordId });
  if (fields && !fields.some((key) => sight?.(key))) return false;
  if (!viaObject || !viaId) return true;
  return sightOf({ object: viaObject, recordId: viaId })?.('about') === true;
}
