import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '@pellucid/modules/custom-fields';
import { ImportsModule } from '@pellucid/modules/imports';
import { MovesModule } from '../moves.module.js';
import { RollBackMoveHandler } from './roll-back-move.handler.js';
import { RunMoveHandler } from './run-move.handler.js';

/** Runs moves, and rolls them back. */
@Module({
  imports: [MovesModule, ImportsModule, CustomFieldsModule],
  providers: [RunMoveHandler, RollBackMoveHandler],
})
export class MovesWorkerModule {}
