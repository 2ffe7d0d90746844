import { Module } from '@nestjs/common';
import { CustomObjectsRepository } from './custom-objects.repository.js';
import { ObjectFieldUses } from './object-field-uses.js';
import { StageRulesParticipant } from './stage-rules.participant.js';

/** Objects that companies make. */
@Module({
  providers: [CustomObjectsRepository, ObjectFieldUses, StageRulesParticipant],
  exports: [CustomObjectsRepository],
})
export class CustomObjectsModule {}
