import { Module } from '@nestjs/common';
import { DecisionSteps } from './decision-steps.js';
import { ExplainService } from './explain.service.js';
import { QuestionChecks } from './question-checks.js';
import { RightsService } from './rights.service.js';
import { ViewersService } from './viewers.service.js';

/** Lists and explains decisions about rights. */
@Module({
  providers: [RightsService, QuestionChecks, DecisionSteps, ExplainService, ViewersService],
  exports: [ExplainService, RightsService, ViewersService],
})
export class ExplainModule {}
