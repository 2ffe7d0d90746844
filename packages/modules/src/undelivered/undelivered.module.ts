import { Module } from '@nestjs/common';
import { UndeliveredService } from './undelivered.service.js';

/** Messages that did not leave, or may not have. */
@Module({ providers: [UndeliveredService], exports: [UndeliveredService] })
export class UndeliveredModule {}
