import { Module } from '@nestjs/common';
import { ExplainService } from './explain.service.js';

/** Explains decisions about rights. */
@Module({ providers: [ExplainService], exports: [ExplainService] })
export class ExplainModule {}
