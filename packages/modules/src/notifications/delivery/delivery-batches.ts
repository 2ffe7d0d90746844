import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { Outbound } from '@pellucid/platform/outbound';
import { newId } from '@pellucid/platform/records';
import type { StoredSettings } from '../settings/notification-settings.js';
import { nextHour, quietUntil } from '../settings/quiet-hours.js';
import { type Batch, DeliveriesRepository, type Way } from './deliveries.repository.js';
import { notificationMail } from './notification.mail.js';

/** Milliseconds in which what concerns a person is gathered for one mail. */
export const GATHER_MS = 60_000;

/** A notification that is to go to its person on a way. */
export interface Delivery {
  notificationId: string;
  memberId: string;
  way: Way;
}

/** Returns when what has just happened is to go out on a way. */
export function dueAt(way: Way, now: Date, settings: StoredSettings, companyZone: string): Date {
  const zone = settings.zone ?? companyZone;
  const wanted =
    way === 'digest' ? nextHour(now, settings.digestHour, zone) : new Date(now.getTime() + GATHER_MS);
  return quietUntil(wanted, settings.quietHours, zone) ?? wanted;
}

/**
 * Gathers what is to go to a person into one message for each way. The message is asked for with the first notification, and
 * takes along everything that waits when it is made.
 */
@Injectable()
export class DeliveryBatches {
  constructor(
    @Inject(DeliveriesRepository) private readonly repository: DeliveriesRepository,
    @Inject(Outbound) private readonly outbound: Outbound,
  ) {}

  /** Adds notifications in the unit of work that makes them. */
  async add(
    uow: UnitOfWork,
    deliveries: Delivery[],
    settingsOf: (memberId: string) => StoredSettings,
    companyZone: string,
  ): Promise<void> {
    if (deliveries.length === 0) return;
    const now = new Date();
    const people = Map.groupBy(deliveries, ({ memberId, way }) => `${memberId}/${way}`);
    const batches = [...people.values()].map(([first]) => ({
      memberId: first!.memberId,
      way: first!.way,
      messageId: newId(),
    }));
    const offered = new Set(batches.map(({ messageId }) => messageId));
    const kept = await this.repository.add(uow, deliveries, batches);
    const added = kept.filter(({ messageId }) => offered.has(messageId));
    added.push(
      ...(await this.replaceEnded(
        uow,
        kept.filter(({ messageId }) => !offered.has(messageId)),
      )),
    );
    for (const { memberId, way, messageId } of added)
      await this.outbound.request(
        uow,
        notificationMail,
        { memberId, way },
        {
          id: messageId,
          recipientId: memberId,
          runAt: dueAt(way, now, settingsOf(memberId), companyZone),
        },
      );
  }

  /** A message that ended before it was made, because it could not be, would hold everything up. */
  private async replaceEnded(uow: UnitOfWork, batches: Batch[]): Promise<Batch[]> {
    if (batches.length === 0) return [];
    const waiting = await this.outbound.waiting(
      uow,
      batches.map(({ messageId }) => messageId),
    );
    const ended = batches.filter(({ messageId }) => !waiting.has(messageId));
    if (ended.length === 0) return [];
    const replacing = ended.map((batch) => ({ ...batch, messageId: newId() }));
    await this.repository.replace(uow, replacing);
    return replacing;
  }

  /** Has a digest that waits come earlier, if the person has chosen an earlier hour. A later one is seen when it is made. */
  async advanceDigest(
    uow: UnitOfWork,
    memberId: string,
    settings: StoredSettings,
    companyZone: string,
  ): Promise<void> {
    const messageId = await this.repository.waiting(uow, memberId, 'digest');
    if (messageId)
      await this.outbound.advance(uow, messageId, dueAt('digest', new Date(), settings, companyZone));
  }
}
