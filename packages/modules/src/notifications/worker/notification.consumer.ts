import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { ConsumerRegistry, type FeedEvent } from '@pellucid/platform/events';
import { SECURITY_PREFIX } from '@pellucid/platform/records';
import { isWorkOnMany } from '../causes.js';
import { AutoFollow } from '../follows/auto-follow.js';
import { type NotificationKind, NotificationKinds } from '../notification-kinds.js';
import { type Notice, Notifier } from '../notifier.js';

/** Notifies the people whom events concern. */
@Injectable()
export class NotificationConsumer implements OnModuleInit {
  constructor(
    @Inject(ConsumerRegistry) private readonly consumers: ConsumerRegistry,
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(Notifier) private readonly notifier: Notifier,
    @Inject(AutoFollow) private readonly autoFollow: AutoFollow,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      // Silent work names it in `suppress`.
      name: 'notification',
      objects: '*',
      verbs: '*',
      // Nobody wants to hear of what happened before notifications existed.
      startAt: 'head',
      grouping: 'batch',
      batchSize: 500,
      handle: (events, uow) => this.handle(events, uow),
    });
  }

  private async handle(events: FeedEvent[], uow: UnitOfWork): Promise<void> {
    await this.autoFollow.from(events, uow);
    const notices: Notice[] = [];
    for (const kind of this.kinds.all()) notices.push(...(await this.noticesOf(kind, events, uow)));
    const told = Map.groupBy(
      notices.filter(({ kind, object }) => !kind.follows && object !== null),
      personAndEvent,
    );
    // Whether the other notice is shown is decided when it is read, and so is whether this one is.
    const elsewhere = (notice: Notice) =>
      told
        .get(personAndEvent(notice))
        ?.map(({ kind, object, recordId }) => ({ kind: kind.name, object: object!, recordId }));
    await this.notifier.add(
      uow,
      notices.map((notice) => (notice.kind.follows ? { ...notice, elsewhere: elsewhere(notice) } : notice)),
    );
  }

  private async noticesOf(kind: NotificationKind, events: FeedEvent[], uow: UnitOfWork): Promise<Notice[]> {
    const { from } = kind;
    if (!from) return [];
    const own = events.filter(
      ({ object, verb }) =>
        (from.objects === '*' || from.objects.includes(objectOf(object))) &&
        (from.verbs === '*' || from.verbs.includes(verb)),
    );
    if (own.length === 0) return [];
    const concerned = await from.find(own, uow);
    return concerned
      .filter(({ event, memberId }) => !isBy(event, memberId))
      .map(({ event, memberId, record, fields, via, followed, parameters }) => ({
        kind,
        memberId,
        cause: [
          isWorkOnMany(event.cause) ? event.cause.id! : event.correlationId,
          ...(via ? [via.object] : []),
        ].join('/'),
        object: record?.object ?? objectOf(event.object),
        recordId: record?.recordId ?? event.recordId,
        eventId: event.id,
        fields,
        via,
        followed,
        parameters,
        actor: event.actor.onBehalfOf ?? event.actor,
        at: new Date(event.at),
      }));
  }
}

const personAndEvent = ({ memberId, eventId }: Notice) => `${memberId}/${eventId}`;

const objectOf = (object: string) =>
  object.startsWith(SECURITY_PREFIX) ? object.slice(SECURITY_PREFIX.length) : object;

/** Whether the person made the event, themselves or through work that they started. */
const isBy = ({ actor }: FeedEvent, memberId: string) =>
  actor.id === memberId || actor.onBehalfOf?.id === memberId;
