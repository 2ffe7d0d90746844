import { Module } from '@nestjs/common';
import { DeadLettersModule } from '../dead-letters.module.js';
import { DeadLettersController } from './dead-letters.controller.js';

/** Provides the endpoints of dead letters. */
@Module({ imports: [DeadLettersModule], controllers: [DeadLettersController] })
export class DeadLettersHttpModule {}
