import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { NotificationKind } from './notification-kinds.js';
import { NotificationsRepository } from './notifications.repository.js';

/** Something that concerns a person. */
export interface Notice {
  kind: NotificationKind;
  memberId: string;
  /** What the notices that are shown as one have in common, besides kind, person and object. */
  cause: string;
  object: string | null;
  /** What it is about: a record of the object, or the work that ended. */
  recordId: string;
  /** Identifies the notice: the same one counts once. */
  eventId: string;
  actor: Actor;
  /** Codes, ids and numbers that the text needs; no values of records. */
  parameters?: Record<string, string | number>;
  at: Date;
}

/** Makes notifications. */
@Injectable()
export class Notifier {
  constructor(@Inject(NotificationsRepository) private readonly repository: NotificationsRepository) {}

  /**
   * Notifies active members in the unit of work; others and repeated notices are passed over. The actor is not left out: the
   * caller knows whether people are to hear of their own work.
   */
  async add(uow: UnitOfWork, notices: Notice[]): Promise<void> {
    if (notices.length === 0) return;
    await this.repository.add(
      uow,
      notices.map((notice) => ({
        id: newId(),
        member_id: notice.memberId,
        kind: notice.kind.name,
        key: [notice.kind.name, notice.object ?? '', notice.cause].join('/'),
        object: notice.object,
        record_id: notice.recordId,
        event_id: notice.eventId,
        parameters: notice.parameters ?? {},
        actor_kind: notice.actor.kind,
        actor_id: notice.actor.id,
        at: notice.at.toISOString(),
      })),
    );
  }
}
