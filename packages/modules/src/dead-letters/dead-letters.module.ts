import { Module } from '@nestjs/common';
import { DeadLettersService } from './dead-letters.service.js';

/** Work that failed for good. */
@Module({ providers: [DeadLettersService], exports: [DeadLettersService] })
export class DeadLettersModule {}
