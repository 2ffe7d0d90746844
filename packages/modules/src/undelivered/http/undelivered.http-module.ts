import { Module } from '@nestjs/common';
import { UndeliveredModule } from '../undelivered.module.js';
import { UndeliveredController } from './undelivered.controller.js';

/** Provides the endpoints of undelivered messages. */
@Module({ imports: [UndeliveredModule], controllers: [UndeliveredController] })
export class UndeliveredHttpModule {}
