import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type NotificationKind, Notifier } from '@pellucid/modules/notifications';
import { newContext, runInContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { Schedules } from '@pellucid/platform/jobs';
import { newId } from '@pellucid/platform/records';
import { ACTIVITIES, ACTIVITY_KINDS } from '../activity-fields.js';
import { dueKind, overdueKind } from '../reminders/reminder-kinds.js';
import { type Reminder, RemindersRepository } from '../reminders/reminders.repository.js';

const MINUTE_MS = 60_000;
/** Reminders of one company that are made in a transaction. */
const ROUND = 500;

/** An id that is the same whenever the same thing is reminded of, so that it happens once. */
function idOf(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Reminds people of their activities: at the time that they chose, and when the day of a task has passed. Each time is reminded
 * of once, by however many workers; a new time is another one.
 */
@Injectable()
export class Reminders {
  constructor(
    @Inject(Schedules) schedules: Schedules,
    @Inject(RemindersRepository) private readonly repository: RemindersRepository,
    @Inject(Notifier) private readonly notifier: Notifier,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
  ) {
    schedules.every('reminders', { everyMs: MINUTE_MS }, () => this.run());
  }

  /** Looks for what is due now, in all companies. */
  async run(): Promise<void> {
    await this.remind(dueKind, await this.repository.due(), ({ id, moment }) => `${id}/${moment}`);
    // What became overdue on the same day is one notification.
    await this.remind(overdueKind, await this.repository.overdue(), ({ moment }) => moment);
  }

  private async remind(
    kind: NotificationKind,
    reminders: Reminder[],
    causeOf: (reminder: Reminder) => string,
  ) {
    for (const [tenantId, own] of Map.groupBy(reminders, (reminder) => reminder.tenantId))
      for (let from = 0; from < own.length; from += ROUND) {
        const notices = own.slice(from, from + ROUND).map((reminder) => ({
          kind,
          memberId: reminder.ownerId,
          cause: causeOf(reminder),
          object: ACTIVITIES.find((key) => ACTIVITY_KINDS[key] === reminder.kind)!,
          recordId: reminder.id,
          eventId: idOf(kind.name, reminder.id, reminder.moment),
          actor: { kind: 'system' as const, id: null },
          at: new Date(),
        }));
        await runInContext(newContext({ tenantId, correlationId: newId() }), () =>
          this.work.run((uow) => this.notifier.add(uow, notices)),
        );
      }
  }
}
