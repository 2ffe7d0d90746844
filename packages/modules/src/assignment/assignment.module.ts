import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NotificationsModule } from '@pellucid/modules/notifications';
import { RecordService } from '@pellucid/platform/records';
import { AssignmentService } from './assignment.service.js';
import { assignmentParticipant } from './decisions/assignment.participant.js';
import { AssignmentReasonsRepository } from './reasons/assignment-reasons.repository.js';
import { AssignmentReasonsService } from './reasons/assignment-reasons.service.js';
import { AssignmentRulesRepository } from './rules/assignment-rules.repository.js';
import { AssignmentRulesService } from './rules/assignment-rules.service.js';
import { AssignmentFieldUses } from './rules/rule-field-uses.js';
import { AssignmentTrials } from './rules/rule-trials.js';
import { TerritoriesService } from './territories/territories.service.js';

const services = [
  AssignmentService,
  AssignmentReasonsService,
  AssignmentRulesService,
  AssignmentTrials,
  TerritoriesService,
];

/** Rules that give leads to people. */
@Module({
  imports: [NotificationsModule],
  providers: [AssignmentReasonsRepository, AssignmentRulesRepository, AssignmentFieldUses, ...services],
  exports: services,
})
export class AssignmentModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(assignmentParticipant(this.records.reader));
  }
}
