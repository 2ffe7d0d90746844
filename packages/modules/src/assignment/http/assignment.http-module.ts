import { Module } from '@nestjs/common';
import { AssignmentModule } from '../assignment.module.js';
import { AssignmentRulesController } from './assignment-rules.controller.js';
import { LeadAssignmentController } from './lead-assignment.controller.js';
import { TerritoriesController } from './territories.controller.js';

/** Provides the endpoints of assignment rules, territories, and the assignment of leads. */
@Module({
  imports: [AssignmentModule],
  controllers: [AssignmentRulesController, TerritoriesController, LeadAssignmentController],
})
export class AssignmentHttpModule {}
