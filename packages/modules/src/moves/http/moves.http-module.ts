import { Module } from '@nestjs/common';
import { ImportsModule } from '@pellucid/modules/imports';
import { MovesModule } from '../moves.module.js';
import { MovesController } from './moves.controller.js';

/** Provides the endpoints of moves. */
@Module({ imports: [MovesModule, ImportsModule], controllers: [MovesController] })
export class MovesHttpModule {}
