import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { ConsumerRegistry, type FeedEvent } from '@pellucid/platform/events';
import { SECURITY_PREFIX } from '@pellucid/platform/records';
import { type NotificationKind, NotificationKinds } from '../notification-kinds.js';
import { type Notice, Notifier } from '../notifier.js';

/** Causes that many events have in common. The id of others, such as a rule, stands for more than one occasion. */
const COMMON_CAUSES = new Set(['import', 'bulk', 'undo', 'merge', 'job']);

/** Notifies the people whom events concern. */
@Injectable()
export class NotificationConsumer implements OnModuleInit {
  constructor(
    @Inject(ConsumerRegistry) private readonly consumers: ConsumerRegistry,
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(Notifier) private readonly notifier: Notifier,
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
    const notices: Notice[] = [];
    for (const kind of this.kinds.all()) notices.push(...(await this.noticesOf(kind, events, uow)));
    await this.notifier.add(uow, notices);
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
      .map(({ event, memberId }) => ({
        kind,
        memberId,
        cause: COMMON_CAUSES.has(event.cause.kind) && event.cause.id ? event.cause.id : event.correlationId,
        object: objectOf(event.object),
        recordId: event.recordId,
        eventId: event.id,
        actor: event.actor.onBehalfOf ?? event.actor,
        at: new Date(event.at),
      }));
  }
}

const objectOf = (object: string) =>
  object.startsWith(SECURITY_PREFIX) ? object.slice(SECURITY_PREFIX.length) : object;

/** Whether the person made the event, themselves or through work that they started. */
const isBy = ({ actor }: FeedEvent, memberId: string) =>
  actor.id === memberId || actor.onBehalfOf?.id === memberId;
