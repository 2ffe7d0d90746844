import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { goalDatesParticipant } from './goal-dates.participant.js';
import { GoalProgressService } from './goal-progress.service.js';
import { LeaderboardService } from './leaderboard.service.js';

/** Goals of people and teams, and how far they are reached. */
@Module({
  providers: [GoalProgressService, LeaderboardService],
  exports: [GoalProgressService, LeaderboardService],
})
export class GoalsModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(goalDatesParticipant);
  }
}
