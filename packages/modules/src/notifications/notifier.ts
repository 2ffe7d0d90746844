import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { FollowCause, RecordRef } from './follows/follow.types.js';
import type { KindChoice, NotificationKind } from './notification-kinds.js';
import { AccessDirectory } from '@pellucid/platform/access';
import { type Delivery, DeliveryBatches } from './delivery/delivery-batches.js';
import { type NoticeRow, NotificationsRepository } from './notifications.repository.js';
import { choiceOf } from './settings/notification-settings.js';
import { NotificationSettingsRepository } from './settings/notification-settings.repository.js';

/** Another notice of an event for the same person, by its kind and what it is about. */
export interface NoticeElsewhere extends RecordRef {
  kind: string;
}

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
  /** Fields of the record; whoever sees none of them isn't told. */
  fields?: string[] | undefined;
  /** Another record, which is about the record: whoever doesn't see that isn't told. */
  via?: { object: string; recordId: string } | undefined;
  /** Why the person follows the record, oldest reason first; whoever sees none of the reasons isn't told. */
  followed?: FollowCause[] | undefined;
  /** Other notices of the event: whoever is told by one of them isn't told by this one. */
  elsewhere?: NoticeElsewhere[] | undefined;
  /** Codes, ids and numbers that the text needs; no values of records. */
  parameters?: Record<string, string | number> | undefined;
  at: Date;
}

/** Makes notifications. */
@Injectable()
export class Notifier {
  constructor(
    @Inject(NotificationsRepository) private readonly repository: NotificationsRepository,
    @Inject(NotificationSettingsRepository) private readonly settings: NotificationSettingsRepository,
    @Inject(DeliveryBatches) private readonly batches: DeliveryBatches,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /**
   * Notifies active members in the unit of work, on the ways that they want to hear of it; others and repeated notices are
   * passed over. The actor is not left out: the caller knows whether people are to hear of their own work.
   */
  async add(uow: UnitOfWork, notices: Notice[]): Promise<void> {
    if (notices.length === 0) return;
    const settingsOf = await this.settings.findMany(
      uow,
      notices.map(({ memberId }) => memberId),
    );
    const wanted = notices
      .map((notice) => ({ notice, choice: choiceOf(settingsOf(notice.memberId), notice.kind) }))
      .filter(({ choice }) => choice.inApp || choice.mail !== 'off');
    if (wanted.length === 0) return;
    const made = await this.repository.add(
      uow,
      wanted.map(({ notice, choice }) => rowOf(notice, choice.inApp)),
    );
    const choices = new Map(
      wanted.map(({ notice, choice }) => [`${notice.memberId}/${notice.kind.name}`, choice]),
    );
    const deliveries = made.flatMap(({ id, memberId, kind }) =>
      waysOf(choices.get(`${memberId}/${kind}`)!).map((way) => ({ notificationId: id, memberId, way })),
    );
    const { settings } = await this.access.current();
    await this.batches.add(uow, deliveries, settingsOf, settings.zone);
  }
}

const waysOf = ({ mail }: KindChoice): Delivery['way'][] =>
  mail === 'off' ? [] : [mail === 'immediate' ? 'mail' : 'digest'];

const rowOf = (notice: Notice, inApp: boolean): NoticeRow => ({
  id: newId(),
  member_id: notice.memberId,
  kind: notice.kind.name,
  key: [notice.kind.name, notice.object ?? '', notice.cause].join('/'),
  object: notice.object,
  record_id: notice.recordId,
  event_id: notice.eventId,
  fields: notice.fields ?? null,
  via_object: notice.via?.object ?? null,
  via_id: notice.via?.recordId ?? null,
  followed: notice.followed ?? null,
  elsewhere: notice.elsewhere?.length ? notice.elsewhere : null,
  parameters: notice.parameters ?? {},
  actor_kind: notice.actor.kind,
  actor_id: notice.actor.id,
  in_app: inApp,
  at: notice.at.toISOString(),
});
