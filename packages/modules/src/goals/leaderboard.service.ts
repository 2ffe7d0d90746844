import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '@pellucid/platform/errors';
import { RecordService } from '@pellucid/platform/records';
import { GoalProgressService } from './goal-progress.service.js';
import type { GoalProgress } from './http/goals.schemas.js';

const reached = ({ value, target }: GoalProgress) =>
  Number(target) > 0 ? Number(value) / Number(target) : 0;

/** People's goals by how far they are reached, unless the company turned that off. */
@Injectable()
export class LeaderboardService {
  constructor(
    @Inject(GoalProgressService) private readonly progress: GoalProgressService,
    @Inject(RecordService) private readonly records: RecordService,
  ) {}

  /**
   * Returns the goals of people whose progress the caller sees, the furthest first.
   * @throws ProblemError 404 if the company turned the leaderboard off
   */
  async list(on: string | undefined): Promise<{ data: GoalProgress[]; hasMore: boolean }> {
    const { snapshot } = await this.records.reader.contextFor('goal');
    if (!snapshot.settings.goalLeaderboard) throw notFound('The leaderboard');
    const { data, hasMore } = await this.progress.list({ on });
    const ranked = data.filter(({ team, value }) => team === null && value !== null);
    return { data: ranked.sort((a, b) => reached(b) - reached(a)), hasMore };
  }
}
