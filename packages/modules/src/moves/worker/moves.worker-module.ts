import { Module } from '@nestjs/common';
import { ImportsModule } from '@pellucid/modules/imports';
import { MovesModule } from '../moves.module.js';
import { RollBackMoveHandler } from './roll-back-move.handler.js';
import { RunMoveHandler } from './run-move.handler.js';

/** Runs moves, and rolls them back. */
@Module({ imports: [MovesModule, ImportsModule], providers: [RunMoveHandler, RollBackMoveHandler] })
export class MovesWorkerModule {}
