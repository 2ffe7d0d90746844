import { Module } from '@nestjs/common';
import { NotificationsModule } from '@pellucid/modules/notifications';
import { RemindersRepository } from '../reminders/reminders.repository.js';
import { Reminders } from './reminders.js';

/** Reminds people of activities, in the worker. */
@Module({ imports: [NotificationsModule], providers: [Reminders, RemindersRepository], exports: [Reminders] })
export class ActivitiesWorkerModule {}
