import { Module } from '@nestjs/common';
import { ExplainModule } from '@pellucid/modules/explain';
import { NotificationsModule } from '@pellucid/modules/notifications';
import { AccessVersionsRepository } from '../access-versions.repository.js';
import { ChangeJudge } from '../change-judge.js';
import { EqualRights } from '../equal-rights.js';
import { LiveFeed } from '../live-feed.js';
import { LiveMetrics } from '../live-metrics.js';
import { LiveServer } from './live-server.js';

/** Provides live messages to browsers. */
@Module({
  imports: [ExplainModule, NotificationsModule],
  providers: [AccessVersionsRepository, ChangeJudge, EqualRights, LiveFeed, LiveMetrics, LiveServer],
})
export class LiveHttpModule {}
