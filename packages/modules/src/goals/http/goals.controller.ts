import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { GoalProgressService } from '../goal-progress.service.js';
import { LeaderboardService } from '../leaderboard.service.js';
import { progressAnswer, progressQuery } from './goals.schemas.js';

/** How far goals are reached. The goals themselves are records. */
@Controller()
export class GoalsController {
  constructor(
    @Inject(GoalProgressService) private readonly progress: GoalProgressService,
    @Inject(LeaderboardService) private readonly leaderboard: LeaderboardService,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/goal-progress',
    operationId: 'listGoalProgress',
    summary: 'List goals with how far they are reached',
    description:
      'The goals that hold on a day and that you may view. Progress is worked out of what you may view; where that might not be everything that counts, it is withheld.',
    tag: 'Goals',
    access: { object: 'goal', action: 'read' },
    query: progressQuery,
    responses: { 200: progressAnswer },
    sample: () => ({}),
  })
  list(@Input() { query }: ParsedInput) {
    return this.progress.list(query);
  }

  @Endpoint({
    method: 'get',
    path: '/goal-leaderboard',
    operationId: 'getGoalLeaderboard',
    summary: "List people's goals by how far they are reached",
    description: 'Answers 404 if the company turned the leaderboard off.',
    tag: 'Goals',
    access: { object: 'goal', action: 'read' },
    query: progressQuery.pick({ on: true }),
    responses: { 200: progressAnswer },
    sample: () => ({}),
  })
  ranked(@Input() { query }: ParsedInput) {
    return this.leaderboard.list(query.on);
  }
}
