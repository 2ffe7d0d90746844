import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  type MailContent,
  OutboundComposers,
  type OutboundMessage,
  Postponed,
} from '@pellucid/platform/outbound';
import { RecordRegistry } from '@pellucid/platform/records';
import { DeliveriesRepository } from '../delivery/deliveries.repository.js';
import { dueAt } from '../delivery/delivery-batches.js';
import { renderNotifications } from '../delivery/render-notifications.js';
import { notificationMail } from '../delivery/notification.mail.js';
import { Unsubscribing } from '../delivery/unsubscribing.js';
import { NotificationKinds } from '../notification-kinds.js';
import { pathTo } from '../notification-targets.js';
import { NotificationWords } from '../notification-words.js';
import { NotificationsService, type ShownNotification } from '../notifications.service.js';
import { type Reader, Readers } from '../readers.js';
import { choiceOf, type StoredSettings } from '../settings/notification-settings.js';
import { NotificationSettingsRepository } from '../settings/notification-settings.repository.js';
import { quietUntil } from '../settings/quiet-hours.js';

/** Most notifications that a mail counts. */
const MOST_TAKEN = 200;
/** Clocks of processes differ; what is due a moment later is due. */
const TOLERANCE_MS = 5_000;

type MailWay = 'mail' | 'digest';

/** Makes mails about notifications, as far as their readers see them at that moment, and have not seen them yet. */
@Injectable()
export class NotificationMails implements OnModuleInit {
  constructor(
    @Inject(OutboundComposers) private readonly composers: OutboundComposers,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(DeliveriesRepository) private readonly deliveries: DeliveriesRepository,
    @Inject(NotificationSettingsRepository) private readonly settings: NotificationSettingsRepository,
    @Inject(NotificationsService) private readonly notifications: NotificationsService,
    @Inject(NotificationKinds) private readonly kinds: NotificationKinds,
    @Inject(NotificationWords) private readonly words: NotificationWords,
    @Inject(Readers) private readonly readers: Readers,
    @Inject(Unsubscribing) private readonly unsubscribing: Unsubscribing,
  ) {}

  onModuleInit(): void {
    this.composers.register(notificationMail, ({ memberId, way }, message) =>
      this.compose(memberId, way, message),
    );
  }

  private async compose(
    memberId: string,
    way: MailWay,
    message: OutboundMessage,
  ): Promise<MailContent | Postponed | null> {
    const settings = await this.settings.find(memberId);
    const batch = { messageId: message.id, memberId, way };
    if (await this.deliveries.isGathering(message.id, memberId, way)) {
      const later = await this.laterThanNow(way, message, settings);
      if (later) return new Postponed(later);
      await this.work.run((uow) => this.deliveries.close(uow, batch));
    }
    const reader = await this.readers.find(memberId);
    if (!reader.isActive || reader.email === null) return null;
    const ids = await this.deliveries.unseenOf(message.id, MOST_TAKEN);
    if (ids.length === 0) return null;
    return this.readers.as(reader, async () => {
      const shown = (await this.notifications.some(ids)).filter(({ kind }) => this.isWanted(kind, settings));
      return shown.length === 0 ? null : this.mail(reader, way, shown, settings.zone);
    });
  }

  /** Quiet hours and the hour of the digest count as they are now, not as they were when the message was asked for. */
  private async laterThanNow(
    way: MailWay,
    message: OutboundMessage,
    settings: StoredSettings,
  ): Promise<Date | null> {
    const company = (await this.access.current()).settings.zone;
    const now = new Date();
    const later =
      way === 'digest'
        ? dueAt(way, message.createdAt, settings, company)
        : quietUntil(now, settings.quietHours, settings.zone ?? company);
    return later && later.getTime() > now.getTime() + TOLERANCE_MS ? later : null;
  }

  private isWanted(kind: string, settings: StoredSettings): boolean {
    const known = this.kinds.find(kind);
    return known !== undefined && choiceOf(settings, known).mail !== 'off';
  }

  private async mail(
    { memberId, email, language }: Reader,
    way: MailWay,
    shown: ShownNotification[],
    zone: string | null,
  ) {
    const snapshot = await this.access.current();
    const kinds = [...new Set(shown.map(({ kind }) => kind))];
    const { base } = this.unsubscribing;
    const { page, post } = this.unsubscribing.linksFor(memberId, kinds);
    const rendered = renderNotifications({
      language,
      zone: zone ?? snapshot.settings.zone,
      isDigest: way === 'digest',
      company: snapshot.name,
      kinds: kinds.map((kind) => this.words.label(kind)),
      lines: shown.map((each) => {
        const isKnown = each.object !== null && this.registry.has(each.object, snapshot);
        const object = isKnown ? this.registry.forTenant(each.object!, snapshot) : undefined;
        return { text: each.text, at: new Date(each.createdAt), link: `${base}${pathTo(each, object)}` };
      }),
      links: {
        inbox: `${base}/notifications`,
        settings: `${base}/settings/notifications`,
        stop: page,
      },
    });
    return { to: email!, unsubscribe: post, ...rendered };
  }
}
