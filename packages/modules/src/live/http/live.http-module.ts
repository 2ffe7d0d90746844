import { Module } from '@nestjs/common';
import { ExplainModule } from '@pellucid/modules/explain';
import { NotificationsModule } from '@pellucid/modules/notifications';
import { AccessVersionsRepository } from '../access-versions.repository.js';
import { ChangeJudge } from '../change-judge.js';
import { EqualRights } from '../equal-rights.js';
import { LiveFeed } from '../live-feed.js';
import { LiveMetrics } from '../live-metrics.js';
import { PresenceBoard } from '../presence-board.js';
import { PresenceSight } from '../presence-sight.js';
import { PresenceRepository } from '../presence.repository.js';
import { LiveServer } from './live-server.js';

/** Provides live messages to browsers. */
@Module({
  imports: [ExplainModule, NotificationsModule],
  providers: [
    AccessVersionsRepository,
    ChangeJudge,
    EqualRights,
    LiveFeed,
    LiveMetrics,
    LiveServer,
    PresenceBoard,
    PresenceRepository,
    PresenceSight,
  ],
})
export class LiveHttpModule {}
