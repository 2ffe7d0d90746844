import { Module } from '@nestjs/common';
import { NotificationsModule } from '../notifications.module.js';
import { FollowsController } from './follows.controller.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationSettingsController } from './settings.controller.js';
import { StoppedMailsController } from './stopped-mails.controller.js';

/** Provides the endpoints of notifications. */
@Module({
  imports: [NotificationsModule],
  controllers: [
    FollowsController,
    NotificationsController,
    NotificationSettingsController,
    StoppedMailsController,
  ],
})
export class NotificationsHttpModule {}
